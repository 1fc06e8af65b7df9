/** How much each flag, category and measured column multiplies demand by, from periods that are near one another. */

import { EffectWindows, neighboursIn } from './effect-windows.ts';
import {
  type KnownAhead,
  type KnownColumn,
  type LevelColumn,
  type MeasuredColumn,
  UNKNOWN_LEVEL,
} from './known-ahead.ts';
import { lastingShare } from './lasting-effects.ts';
import { solveCholesky } from './numeric/cholesky.ts';

/** What a period is multiplied by, of the history and of those to come. */
export type FactorAt = (t: number) => number;

/** An effect is drawn towards none as if this many periods had shown none. */
const PRIOR_PERIODS = 1;
/** Standard deviation of elasticities. A price that changed twice in noisy demand tells little of its own. */
const USUAL_ELASTICITY = 1;
/** Logarithm by which one standard deviation of what is measured, but is no price, usually acts. */
const USUAL_EFFECT = 0.5;
const LARGEST_FACTOR = 20;
/** More terms than this are beyond what a history can tell; those that occur least are left out. */
const MOST_TERMS = 40;
const MOST_STEPS = 30;
/** A step of a logarithm that is none. */
const SMALL_STEP = 1e-7;

/** A level of a category, or a measured column: one logarithm of a factor. */
interface Term {
  readonly column: KnownColumn;
  /** Place of the level; undefined for a measured column. */
  readonly level?: number;
  readonly value: (t: number) => number;
  /** Periods of the history in which it is at work. */
  readonly seen: number;
}

/**
 * Factors by which what is known acts on demand. Periods of the same phase of the season within three
 * seasons share a level that nobody needs to know: what each sold of their sum goes by its share of
 * their factors (Poisson, given the sum), so that neither trend nor season disturbs the comparison. Effects of
 * several columns multiply; each is drawn towards none, and of what is measured as much is kept as lasts.
 * `y` demand per period, units, NaN where not observed, less than zero taken for none · `known` of the same periods and
 * those to come · `season` periods · returns factors, from 1/20 to 20; undefined where the history tells of none
 * source McCullagh & Nelder (1989), Generalized Linear Models, 6.4, on Poisson likelihoods given a sum
 * checked against reference/known-effects.json, a generalised linear model of statsmodels with a level per window, 1e-6
 */
export function findEffects(
  y: Float64Array,
  known: KnownAhead,
  season: number,
): FactorAt | undefined {
  const columns = effectsByColumn(y, known, season).map((effects) => logarithmAt(effects));
  if (columns.length === 0) return undefined;
  return (t) => {
    const log = columns.reduce((sum, logAt) => sum + logAt(t), 0);
    return Math.min(LARGEST_FACTOR, Math.max(1 / LARGEST_FACTOR, Math.exp(log)));
  };
}

/** What one column does to demand, of the history from which it was learned. */
export interface KnownEffect {
  readonly column: string;
  /** The usual value, or the lowest one that was measured. */
  readonly from: number;
  /** Another value, or the highest one. */
  readonly to: number;
  /** What that multiplies demand by. */
  readonly factor: number;
}

/**
 * The effects that findEffects finds, for a reader.
 * `y`, `known`, `season` the same · returns effects, the largest first
 */
export function describeEffects(
  y: Float64Array,
  known: KnownAhead,
  season: number,
): readonly KnownEffect[] {
  const all = effectsByColumn(y, known, season).flatMap(({ column, found }): KnownEffect[] => {
    if (column.kind === 'levels')
      return found.map(({ level, log }) => ({
        column: column.name,
        from: column.values[column.usual]!,
        to: column.values[level!]!,
        factor: Math.exp(log),
      }));
    const { name, logarithmic, median, spread } = column;
    const [low, high] = seenRange(column, y.length);
    const inUnits = (score: number) => {
      const figure = median + spread * score;
      return logarithmic ? Math.exp(figure) : figure;
    };
    return found.map(({ log }) => ({
      column: name,
      from: inUnits(low),
      to: inUnits(high),
      factor: Math.exp(log * (high - low)),
    }));
  });
  return all.sort((a, b) => Math.abs(Math.log(b.factor)) - Math.abs(Math.log(a.factor)));
}

/** Logarithms of the factors of one column. */
interface ColumnEffects {
  readonly column: KnownColumn;
  readonly found: readonly { readonly level: number | undefined; readonly log: number }[];
  /** Periods of the history. */
  readonly history: number;
}

/** Of each column; none where the history tells of none. */
function effectsByColumn(
  y: Float64Array,
  known: KnownAhead,
  season: number,
): readonly ColumnEffects[] {
  const terms = termsOf(y, known);
  if (terms.length === 0) return [];
  const logarithms = maximise(windowsOf(y, terms, season), terms);
  const share = lastingShare(y, { ...splitEffects(y.length, terms, logarithms), season });
  terms.forEach(({ column }, j) => {
    if (column.kind === 'measured') logarithms[j]! *= share;
  });
  return known.columns.map((column) => {
    const own = terms.flatMap((term, i) => (term.column === column ? [{ term, i }] : []));
    const found = own.map(({ term, i }) => ({ level: term.level, log: logarithms[i]! }));
    return { column, found, history: y.length };
  });
}

/** Logarithms of what acts on each period: of flags and categories, and of what is measured. */
function splitEffects(length: number, terms: readonly Term[], logarithms: Float64Array) {
  const flags = new Float64Array(length);
  const measured = new Float64Array(length);
  terms.forEach(({ column, value }, j) => {
    const sums = column.kind === 'measured' ? measured : flags;
    for (let t = 0; t < length; t++) sums[t]! += logarithms[j]! * value(t);
  });
  return { flags, measured };
}

/** What is found out: each level but the usual one that the history has seen, and each measured column. */
function termsOf(y: Float64Array, { columns }: KnownAhead): readonly Term[] {
  const terms = columns.flatMap((column): Term[] => {
    if (column.kind === 'measured')
      return [{ column, value: (t) => column.score[t]!, seen: Infinity }];
    const seen = new Int32Array(column.values.length);
    for (let t = 0; t < y.length; t++)
      if (!Number.isNaN(y[t]!) && column.at[t]! >= 0) seen[column.at[t]!]!++;
    return Array.from(seen, (count, level): Term => {
      return { column, level, value: (t) => Number(column.at[t] === level), seen: count };
    }).filter(({ level, seen: count }) => level !== column.usual && count > 0);
  });
  if (terms.length <= MOST_TERMS) return terms;
  return terms.toSorted((a, b) => b.seen - a.seen).slice(0, MOST_TERMS);
}

function windowsOf(y: Float64Array, terms: readonly Term[], season: number): EffectWindows {
  const unit = meanDemand(y);
  const columns = [...new Set(terms.map(({ column }) => column))];
  const demand = y.map((units, t) =>
    columns.every((column) => isKnown(column, t)) ? Math.max(0, units) / unit : Number.NaN,
  );
  const x = new Float64Array(y.length * terms.length);
  for (let t = 0; t < y.length; t++)
    terms.forEach(({ value }, j) => {
      x[t * terms.length + j] = value(t);
    });
  return new EffectWindows({
    y: demand,
    x,
    terms: terms.length,
    ...neighboursIn(season),
  });
}

function isKnown(column: KnownColumn, t: number): boolean {
  return column.kind === 'levels'
    ? column.at[t] !== UNKNOWN_LEVEL
    : !Number.isNaN(column.score[t]!);
}

function meanDemand(y: Float64Array): number {
  let sum = 0;
  let count = 0;
  for (const value of y) {
    if (Number.isNaN(value)) continue;
    sum += Math.max(0, value);
    count++;
  }
  return sum > 0 ? sum / count : 1;
}

/** Newton's method: the likelihood is concave, and the prior keeps it from running away. */
function maximise(windows: EffectWindows, terms: readonly Term[]): Float64Array {
  const logarithms = new Float64Array(terms.length);
  for (let step = 0; step < MOST_STEPS; step++) {
    const { slope, curvature, dispersion } = windows.look(logarithms);
    terms.forEach(({ column }, j) => {
      const pull = priorOf(column, dispersion);
      const factor = Math.exp(logarithms[j]!);
      // What is measured has periods on either side of its middle.
      const opposite = column.kind === 'measured' ? 1 / factor : 1;
      slope[j]! += pull * (opposite - factor);
      curvature[j * terms.length + j]! +=
        pull * (column.kind === 'measured' ? factor + opposite : factor);
    });
    if (!solveCholesky(curvature, slope)) break;
    let longest = 0;
    for (let j = 0; j < terms.length; j++) {
      // A longer step would leave the place that the curvature was taken at.
      const by = Math.min(1, Math.max(-1, slope[j]!));
      logarithms[j]! += by;
      longest = Math.max(longest, Math.abs(by));
    }
    if (longest < SMALL_STEP) break;
  }
  return logarithms;
}

/** Periods without any effect that an effect is drawn towards none by. */
function priorOf(column: KnownColumn, dispersion: number): number {
  if (column.kind === 'levels') return PRIOR_PERIODS;
  const usual = column.logarithmic ? USUAL_ELASTICITY * column.spread : USUAL_EFFECT;
  return PRIOR_PERIODS + dispersion / usual ** 2;
}

function logarithmAt(effects: ColumnEffects): FactorAt {
  return effects.column.kind === 'levels'
    ? levelLogarithm(effects.column, effects)
    : measuredLogarithm(effects.column, effects);
}

function levelLogarithm(
  { values, usual, at }: LevelColumn,
  { found, history }: ColumnEffects,
): FactorAt {
  const seen = [{ level: usual, log: 0 }, ...found]
    .map(({ level, log }) => ({ value: values[level!]!, log }))
    .sort((a, b) => a.value - b.value);
  const logs = values.map((value) => between(seen, value));
  const unknown = logarithmOfMean(at.subarray(0, history), (level) =>
    level === UNKNOWN_LEVEL ? Number.NaN : logs[level]!,
  );
  return (t) => {
    const level = at[t] ?? usual;
    return level === UNKNOWN_LEVEL ? unknown : logs[level]!;
  };
}

/** A level that was never seen, such as another depth of a discount, lies between its neighbours. */
function between(
  seen: readonly { readonly value: number; readonly log: number }[],
  value: number,
): number {
  const above = seen.findIndex((one) => one.value >= value);
  if (above < 0) return seen.at(-1)!.log;
  const [low, high] = [seen[above - 1], seen[above]!];
  if (low === undefined || high.value === value) return high.log;
  return low.log + ((value - low.value) / (high.value - low.value)) * (high.log - low.log);
}

/** Further than this beyond what was seen, in ranges of it, nothing is concluded. */
const BEYOND = 0.5;

function measuredLogarithm(column: MeasuredColumn, { found, history }: ColumnEffects): FactorAt {
  const { score, last } = column;
  const log = found[0]?.log ?? 0;
  const [low, high] = seenRange(column, history);
  const room = BEYOND * (high - low);
  const at = (value: number) => log * Math.min(high + room, Math.max(low - room, value));
  const unknown = logarithmOfMean(score.subarray(0, history), at);
  return (t) => {
    const value = score[t] ?? last;
    return Number.isNaN(value) ? unknown : at(value);
  };
}

/** Scores from which to which the history tells; 0 and 0 where none is known. */
function seenRange({ score }: MeasuredColumn, history: number): readonly [number, number] {
  const seen = score.subarray(0, history).filter((value) => !Number.isNaN(value));
  if (seen.length === 0) return [0, 0];
  return [seen.reduce((a, b) => Math.min(a, b)), seen.reduce((a, b) => Math.max(a, b))];
}

/** Of a period that may be anything, as often as the past was. */
function logarithmOfMean<T extends Int32Array | Float64Array>(
  past: T,
  logAt: (value: number) => number,
): number {
  let sum = 0;
  let known = 0;
  for (const value of past) {
    const log = logAt(value);
    if (Number.isNaN(log)) continue;
    sum += Math.exp(log);
    known++;
  }
  return known === 0 ? 0 : Math.log(sum / known);
}
