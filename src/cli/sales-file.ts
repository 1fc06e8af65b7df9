import { Refusal } from '../contract/errors.ts';
import type { Series } from '../forecast/types.ts';
import type { ImportKindDefinition } from '../server/imports/kinds/kind.ts';
import type { CsvFile } from './csv.ts';
import { columnsOf } from './import-header.ts';
import { readSeriesFile } from './series-file.ts';
import { FREQUENCY_NAMES } from './time-grid.ts';

/** Daily sales by SKU, all ending on the same day. */
export interface DailySales {
  /** Last day of the file. */
  readonly asOf: string;
  readonly series: ReadonlyMap<string, Series>;
}

const DAY = 86_400_000;

/**
 * Reads daily sales. A product that was last sold before the end of the file is missing since, not
 * ended: all series reach the same day, so that all forecasts begin on the same one.
 */
export async function readDailySales(
  path: string,
  kind: ImportKindDefinition,
): Promise<DailySales> {
  const columns = (opened: CsvFile) => {
    const mapped = columnsOf(opened, kind);
    const place = (name: string) => {
      const { index } = mapped.find(({ column }) => column.name === name)!;
      return { at: index, name: opened.header[index]! };
    };
    return { id: place('sku'), time: place('date'), value: place('units') };
  };
  const file = await readSeriesFile(path, { columns, frequency: 'D' });
  if (file.told !== undefined && file.told !== 'D')
    throw new Refusal('file_irregular_dates', {
      where: file.name,
      found: `${FREQUENCY_NAMES[file.told]} sales`,
      wanted: 'daily sales',
      next: 'Export the sales per day; a day without a row is unknown, not zero.',
    });
  const ends = file.series.map(({ dateAfter }) => dateAfter(0));
  const asOf = ends.reduce((latest, end) => (end > latest ? end : latest));
  const series = file.series.map(({ id, y }, i) => {
    const silent = Math.round((Date.parse(asOf) - Date.parse(ends[i]!)) / DAY);
    const padded = new Float64Array(y.length + silent).fill(Number.NaN);
    padded.set(y);
    return [id, { id, y: padded }] as const;
  });
  return { asOf, series: new Map(series) };
}
