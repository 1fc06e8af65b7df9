/**
 * What others do with spare parts, computed beside ours: the reference rows of "Accuracy to beat".
 *
 * RMSSE per period is that of M5, a mean over items: root mean squared error over the root mean
 * squared one-step difference from the first demand on. The loss of the sum over the horizon is
 * 2 Σ pinball / Σ demand, over all items together, at .90, .95 and .99.
 */

import { rmsse } from '../../src/forecast/index.ts';
import { negativeBinomialQuantile } from '../../src/forecast/numeric/counts.ts';
import { seededRandom } from '../../src/forecast/numeric/random.ts';
import type { Case } from './data-sets.ts';
import { type Figures, type SumLoss, sumLosses } from './measure.ts';

/** Smoothing of SES, SBA and both parts of TSB. */
const ALPHA = 0.1;
/** Sums that the bootstrap draws per item. */
const DRAWS = 1000;

/** A reference: a mean per period, or quantiles of the sum, or both. */
interface Reference {
  readonly name: string;
  readonly rate?: (y: Float64Array) => number;
  readonly sum?: (one: Case) => (level: number) => number;
}

function mean(y: ArrayLike<number>): number {
  let total = 0;
  for (let t = 0; t < y.length; t++) total += y[t]!;
  return total / y.length;
}

function ses(y: Float64Array): number {
  return y.reduce((level, value) => level + ALPHA * (value - level), y[0]!);
}

function sba(y: Float64Array): number {
  let size = Number.NaN;
  let interval = Number.NaN;
  let since = 0;
  for (const value of y) {
    since++;
    if (value === 0) continue;
    size = Number.isNaN(size) ? value : size + ALPHA * (value - size);
    interval = Number.isNaN(interval) ? since : interval + ALPHA * (since - interval);
    since = 0;
  }
  return Number.isNaN(size) ? 0 : ((1 - ALPHA / 2) * size) / interval;
}

function tsb(y: Float64Array): number {
  let size = y.find((value) => value > 0) ?? 0;
  let probability = y[0]! > 0 ? 1 : 0;
  for (const value of y) {
    probability += ALPHA * ((value > 0 ? 1 : 0) - probability);
    if (value > 0) size += ALPHA * (value - size);
  }
  return size * probability;
}

/** Mean that of SBA, variance that of the history, both times the horizon. */
function negativeBinomialOnSba({ train, actual }: Case): (level: number) => number {
  const average = mean(train);
  const variance = mean(train.map((value) => (value - average) ** 2));
  const unbiased = (variance * train.length) / (train.length - 1);
  const of = { mean: actual.length * sba(train), variance: actual.length * unbiased };
  return (level) => negativeBinomialQuantile(level, of);
}

/** Sums of periods drawn from the history with replacement. */
function bootstrap({ id, train, actual }: Case): (level: number) => number {
  const random = seededRandom(id, 1);
  const sums = Float64Array.from({ length: DRAWS }, () => {
    let sum = 0;
    for (let k = 0; k < actual.length; k++) sum += train[random.integer(train.length)]!;
    return sum;
  }).sort();
  return (level) => sums[Math.ceil(level * DRAWS) - 1]!;
}

const REFERENCES: readonly Reference[] = [
  { name: 'mean', rate: mean },
  { name: 'SES (.1)', rate: ses },
  { name: 'TSB (.1, .1)', rate: tsb },
  { name: 'SBA (.1), neg. binomial', rate: sba, sum: negativeBinomialOnSba },
  { name: 'bootstrap', sum: bootstrap },
];

/**
 * Scores the references on cases without gaps.
 * returns one row per reference, with the figures that it has
 */
export function referenceRows(
  cases: readonly Case[],
): { name: string; figures: Partial<Figures> }[] {
  return REFERENCES.map(({ name, rate, sum }) => ({
    name,
    figures: {
      ...(rate === undefined ? {} : { rmsse: mean(cases.map((one) => error(one, rate))) }),
      ...(sum === undefined ? {} : lossesOf(cases, sum)),
    },
  }));
}

function error({ train, actual }: Case, rate: (y: Float64Array) => number): number {
  const forecast = new Float64Array(actual.length).fill(rate(train));
  return rmsse({ actual, insample: train, forecast, season: 1 });
}

function lossesOf(cases: readonly Case[], sum: NonNullable<Reference['sum']>): SumLoss {
  const losses = sumLosses();
  for (const one of cases) losses.add(one.actual, sum(one));
  return losses.figures();
}
