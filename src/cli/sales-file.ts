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
  /** A file of selling days alone: no row says 0, so a day without a row is a day without demand. */
  readonly missingDays: 'zero' | 'missing';
  readonly series: ReadonlyMap<string, Series>;
}

const DAY = 86_400_000;

/**
 * Reads daily sales. A product that was last sold before the end of the file is not ended: all series
 * reach the same day, so that all forecasts begin on the same one. Where rows with 0 are recorded, a
 * day without a row is unknown; else it was sold on none, as a forecast run of the server has it.
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
      next: 'Export the sales per day.',
    });
  const ends = file.series.map(({ dateAfter }) => dateAfter(0));
  const asOf = ends.reduce((latest, end) => (end > latest ? end : latest));
  const missingDays = file.series.some(({ y }) => y.includes(0)) ? 'missing' : 'zero';
  const silence = missingDays === 'zero' ? 0 : Number.NaN;
  const series = file.series.map(({ id, y }, i) => {
    const silent = Math.round((Date.parse(asOf) - Date.parse(ends[i]!)) / DAY);
    const padded = new Float64Array(y.length + silent).fill(silence);
    padded.set(missingDays === 'zero' ? y.map((units) => units || 0) : y);
    return [id, { id, y: padded }] as const;
  });
  return { asOf, missingDays, series: new Map(series) };
}
