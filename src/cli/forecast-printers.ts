import type { SeriesRefusal } from '../forecast/index.ts';
import { csvLine } from './csv.ts';
import type { ForecastRow } from './engine-tasks.ts';
import type { TreesTold } from './fit-trees.ts';
import type { DatedSeries, SeriesFile } from './series-file.ts';

/** Turns forecasts into text, piece by piece, so that a large catalogue is never held as text. */
export interface ForecastPrinter {
  head(): string;
  row(row: ForecastRow, series: DatedSeries): string;
  tail(refused: readonly SeriesRefusal[]): string;
}

export interface PrintedOptions {
  readonly horizon: number;
  readonly season: number;
  readonly levels: readonly number[];
  readonly seed: number;
  readonly trees?: TreesTold | undefined;
}

/** `unique_id,ds,method,mean,<levels>`. */
export function csvPrinter({ horizon, levels }: PrintedOptions): ForecastPrinter {
  return {
    head: () => csvLine(['unique_id', 'ds', 'method', 'mean', ...levels.map(String)]),
    row: ({ seriesId, method, mean, quantiles }, series) => {
      let text = '';
      for (let k = 0; k < horizon; k++) {
        const values = [mean[k]!, ...quantiles.map((quantile) => quantile[k]!)].map(rounded);
        text += csvLine([seriesId, series.dateAfter(k + 1), method, ...values]);
      }
      return text;
    },
    tail: () => '',
  };
}

/** One object, with the reason and the backtest scores of every series. */
export function jsonPrinter(file: SeriesFile, options: PrintedOptions): ForecastPrinter {
  const { horizon, season, levels, seed, trees } = options;
  const about = { frequency: file.frequency, season, horizon, levels, seed, trees };
  let separator = '';
  return {
    head: () => `${JSON.stringify(about).slice(0, -1)},"series":[`,
    row: ({ seriesId, method, reason, demandClass, scores, mean, quantiles }, series) => {
      const ds = Array.from({ length: horizon }, (_, k) => series.dateAfter(k + 1));
      const values = {
        ds,
        mean: Array.from(mean, rounded),
        quantiles: quantiles.map((quantile) => Array.from(quantile, rounded)),
      };
      const one = { unique_id: seriesId, method, reason, demandClass, scores, ...values };
      const text = `${separator}\n${JSON.stringify(one)}`;
      separator = ',';
      return text;
    },
    tail: (refused) => {
      const list = refused.map(({ seriesId, code, details }) => ({
        unique_id: seriesId,
        code,
        details,
      }));
      return `\n],"refused":${JSON.stringify(list)}}\n`;
    },
  };
}

/** Six decimals: finer than any unit that is sold, and the same text on every machine. */
function rounded(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
