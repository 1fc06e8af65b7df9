/** Scores of one method on one data set, each by the definition that its publisher uses. */
import {
  coverage,
  mase,
  meanPinball,
  pinball,
  rmsse,
  type SeriesForecast,
  smape,
  sql,
} from '../../src/forecast/index.ts';
import type { Case } from './data-sets.ts';

/** Levels that every forecast of the bench is asked for. */
export const LEVELS = [0.025, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.975];
const DECILES = LEVELS.slice(1, -1);
/** Levels of the sum over the horizon that spare parts are judged by. */
const SUM_LEVELS = [0.9, 0.95, 0.99] as const;

/** 2 Σ loss of a quantile of the sum over the horizon, over Σ demand, over all cases together. */
export interface SumLoss {
  readonly sum90: number;
  readonly sum95: number;
  readonly sum99: number;
}

/** Adds up the losses of sums; a case with a gap in its actual part is left out. */
export function sumLosses() {
  const losses = SUM_LEVELS.map(() => 0);
  let demand = 0;
  return {
    add(actual: Float64Array, quantile: (level: number) => number): void {
      const sum = actual.reduce((total, value) => total + value, 0);
      if (Number.isNaN(sum)) return;
      demand += sum;
      SUM_LEVELS.forEach((level, l) => {
        losses[l]! += pinball(level, { actual: sum, quantile: quantile(level) });
      });
    },
    figures(): SumLoss {
      const [sum90, sum95, sum99] = losses.map((loss) => (2 * loss) / demand);
      return { sum90: sum90!, sum95: sum95!, sum99: sum99! };
    },
  };
}

/** Means over the cases where a measure is defined. */
export interface Figures extends SumLoss {
  readonly cases: number;
  /** Of the median, which is what an absolute error asks for. */
  readonly mase: number;
  readonly sql: number;
  /** Σ of the decile losses over Σ|actual|, over all cases together. */
  readonly wql: number;
  /** Of the mean. */
  readonly rmsse: number;
  /** Of the median, in per cent from 0 to 200. */
  readonly smape: number;
  readonly coverage80: number;
  readonly coverage95: number;
  /**
   * Coverage of the central 80 and 95 % of counts as if ties were split by chance: what is over the
   * promise is then width, not whole units. NaN where demand is not in whole units.
   */
  readonly split80: number;
  readonly split95: number;
}

/** Levels at which a distribution of counts is laid out. */
const GRID = Array.from({ length: 79 }, (_, i) => (i + 1) / 80);

/** Share of the probability from `below` to `upTo` that lies between `tail` and 1 − `tail`. */
function spanned(below: number, upTo: number, tail: number): number {
  if (!(upTo > below)) return below > tail && below < 1 - tail ? 1 : 0;
  const inside = Math.min(upTo, 1 - tail) - Math.max(below, tail);
  return Math.max(0, inside) / (upTo - below);
}

/** Adds up the scores of one data set. */
export class Tally {
  readonly #values = new Map<string, number[]>();
  #loss = 0;
  #size = 0;
  #cases = 0;
  readonly #sums = sumLosses();

  add({ train, actual }: Case, said: SeriesForecast, scaleSeason: number): void {
    this.#cases++;
    const median = said.quantiles[LEVELS.indexOf(0.5)]!;
    const deciles = { actual, levels: DECILES, quantiles: said.quantiles.slice(1, -1) };
    const scaled = { actual, insample: train, season: scaleSeason };
    this.#keep('mase', mase({ ...scaled, forecast: median }));
    this.#keep('sql', sql({ ...deciles, insample: train, season: scaleSeason }));
    this.#keep('rmsse', rmsse({ actual, insample: train, forecast: said.mean, season: 1 }));
    this.#keep('smape', 100 * smape({ actual, forecast: median }));
    const outer = { lower: said.quantiles[0]!, upper: said.quantiles.at(-1)! };
    const inner = { lower: said.quantiles[1]!, upper: said.quantiles.at(-2)! };
    this.#keep('coverage80', coverage({ actual, ...inner }));
    this.#keep('coverage95', coverage({ actual, ...outer }));
    if (said.predictive.shape.kind === 'count') this.#addSplit(actual, said);
    const observed = actual.filter((value) => !Number.isNaN(value));
    const loss = meanPinball(deciles);
    if (!Number.isNaN(loss)) this.#loss += 2 * loss * observed.length;
    this.#size += observed.reduce((sum, value) => sum + Math.abs(value), 0);
    const whole = said.predictive.sum(0, actual.length);
    this.#sums.add(actual, (level) => whole.quantile(level));
  }

  /** Every actual shares its probability mass among the levels that it spans. */
  #addSplit(actual: Float64Array, { predictive }: SeriesForecast): void {
    const rows = GRID.map((level) => predictive.quantile(level));
    const shares: [number, number][] = [];
    actual.forEach((value, k) => {
      if (Number.isNaN(value)) return;
      const below = rows.filter((row) => row[k]! < value).length / (GRID.length + 1);
      const upTo = rows.filter((row) => row[k]! <= value).length / (GRID.length + 1);
      shares.push([spanned(below, upTo, 0.1), spanned(below, upTo, 0.025)]);
    });
    for (const [i, name] of (['split80', 'split95'] as const).entries())
      this.#keep(name, shares.reduce((sum, share) => sum + share[i]!, 0) / shares.length);
  }

  #keep(name: string, value: number): void {
    const values = this.#values.get(name) ?? [];
    this.#values.set(name, values);
    if (Number.isFinite(value)) values.push(value);
  }

  #mean(name: string): number {
    const values = this.#values.get(name) ?? [];
    return values.reduce((sum, value) => sum + value, 0) / values.length;
  }

  figures(): Figures {
    return {
      cases: this.#cases,
      mase: this.#mean('mase'),
      sql: this.#mean('sql'),
      wql: this.#loss / this.#size,
      rmsse: this.#mean('rmsse'),
      smape: this.#mean('smape'),
      coverage80: this.#mean('coverage80'),
      coverage95: this.#mean('coverage95'),
      split80: this.#mean('split80'),
      split95: this.#mean('split95'),
      ...this.#sums.figures(),
    };
  }
}
