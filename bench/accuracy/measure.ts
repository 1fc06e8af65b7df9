/** Scores of one method on one data set, each by the definition that its publisher uses. */
import {
  coverage,
  mase,
  meanPinball,
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
const SUM_LEVELS = [0.9, 0.95, 0.99];

/** Means over the cases where a measure is defined. */
export interface Figures {
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
  /** Loss of the quantiles of the sum over the horizon, over mean demand per period. */
  readonly sum90: number;
  readonly sum95: number;
  readonly sum99: number;
}

/** Adds up the scores of one data set. */
export class Tally {
  readonly #values = new Map<string, number[]>();
  #loss = 0;
  #size = 0;
  #cases = 0;

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
    const observed = actual.filter((value) => !Number.isNaN(value));
    const loss = meanPinball(deciles);
    if (!Number.isNaN(loss)) this.#loss += 2 * loss * observed.length;
    this.#size += observed.reduce((sum, value) => sum + Math.abs(value), 0);
    this.#addSum(train, actual, said);
  }

  #addSum(train: Float64Array, actual: Float64Array, said: SeriesForecast): void {
    const sum = actual.reduce((total, value) => total + value, 0);
    if (Number.isNaN(sum)) return;
    const window = said.predictive.sum(0, actual.length);
    for (const level of SUM_LEVELS) {
      const short = sum - window.quantile(level);
      this.#keep(`sum${100 * level}`, short >= 0 ? level * short : (level - 1) * short);
    }
    const observed = train.filter((value) => !Number.isNaN(value));
    this.#keep('demand', observed.reduce((total, value) => total + value, 0) / observed.length);
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
    const demand = this.#mean('demand');
    return {
      cases: this.#cases,
      mase: this.#mean('mase'),
      sql: this.#mean('sql'),
      wql: this.#loss / this.#size,
      rmsse: this.#mean('rmsse'),
      smape: this.#mean('smape'),
      coverage80: this.#mean('coverage80'),
      coverage95: this.#mean('coverage95'),
      sum90: this.#mean('sum90') / demand,
      sum95: this.#mean('sum95') / demand,
      sum99: this.#mean('sum99') / demand,
    };
  }
}
