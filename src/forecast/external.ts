/** Forecasts that are made outside of the engine, for example by a neural network on a server. */

import { findModel } from './catalogue.ts';
import { withKnownEffects } from './known-effects.ts';
import { type Fitted, type Model, makeFitted } from './model.ts';
import type { Moments } from './moments.ts';
import { normalQuantile } from './numeric/normal.ts';
import type { Choice } from './reason.ts';
import { externalShape } from './shape.ts';
import type { BacktestScore, ExternalForecast } from './types.ts';

/** It has to measure this much better than the best of the others, to be worth its time; not so with a share. */
const LEAST_GAIN = 0.02;
/** A backtest of two fifths of what lies before it: with more, no share counts. */
const MOST_DOUBT = 0.4;
/** Errors of neighbouring periods go together; what sums make of it is calibrated by the backtest. */
const PERSISTENCE = 0.3;

/**
 * Forecasts from outside in the guise of models: fitting one looks up what it said at that origin.
 * `forecasts` of one series · `from` periods left out at its beginning · returns one Model for each that said something
 */
export function externalModels(
  forecasts: readonly ExternalForecast[] = [],
  { from }: { readonly from: number },
): readonly Model[] {
  return forecasts
    .filter(({ said }) => said.length > 0)
    .map((external) => ({
      name: external.method,
      title: external.title,
      source: 'made outside of the engine',
      share: external.share,
      fit: (y) => fitExternal(external, { y, from }),
    }));
}

/**
 * A model by its name, the engine's own or one from outside.
 * `name` · `outside` models of this series · returns Model, or undefined where there is none
 */
export function modelNamed(name: string, outside: readonly Model[]): Model | undefined {
  const own = findModel(name);
  return own ? withKnownEffects(own) : outside.find((model) => model.name === name);
}

/**
 * Contenders without those from outside that do not earn their time: at least 2 % less error than
 * the best of the others. All stay where there is nothing to compare with.
 * `contenders` best first · `outside` models of this series · returns contenders, best first
 */
export function earning<C extends Scored>(
  contenders: readonly C[],
  outside: readonly Model[],
): readonly C[] {
  const own = contenders.filter(({ score }) => !isCostly(outside, score.method));
  if (own.length === 0) return contenders;
  const bound = Math.min(...own.map(({ score }) => score.rmsse)) * (1 - LEAST_GAIN);
  return contenders.filter(({ score }) => !isCostly(outside, score.method) || score.rmsse <= bound);
}

/**
 * Candidates from outside that may join. One that learned from many series has a weight, whatever its error on
 * this one; where a backtest is long against what lies before it, its series mostly have little in common, and it stays away.
 * `outside` models of this series · `doubt` of doubtOf · returns names
 */
export function guestsAt(outside: readonly Model[], doubt: number): readonly string[] {
  return outside
    .filter(({ share }) => share === undefined || doubt <= MOST_DOUBT)
    .map(({ name }) => name);
}

interface Scored {
  readonly score: { readonly method: string; readonly rmsse: number };
}

function isCostly(outside: readonly Model[], name: string): boolean {
  return outside.some((model) => model.name === name && model.share === undefined);
}

/**
 * What came of the forecasts from outside, for the record. One that became a part of the forecast gained what
 * that gained.
 * `external` as given · `scores` of the backtest · `members` of the forecast · returns one entry for each, or undefined without any
 */
export function reportExternal(
  external: readonly ExternalForecast[] = [],
  scores: readonly BacktestScore[] = [],
  members: Choice['members'] = [],
): Choice['external'] {
  if (external.length === 0) return undefined;
  const others = new Set([...external.map(({ method }) => method), 'combination']);
  const own = Math.min(...scores.filter((s) => !others.has(s.method)).map((s) => s.rmsse));
  return external.map(({ method, title, unavailable, importance, share }) => {
    if (unavailable !== undefined) return { method, title, unavailable };
    const known = { method, title, ...(importance && { importance }) };
    const part = members.length > 1 && members.some((member) => member.method === method);
    const scored = part ? 'combination' : method;
    const rmsse = scores.find((score) => score.method === scored)?.rmsse;
    if (rmsse === undefined && share !== undefined && scores.length > 0)
      return { method, title, unavailable: 'too little history lies before the backtest' };
    if (rmsse === undefined || !(own > 0 && own < Number.POSITIVE_INFINITY)) return known;
    return { ...known, gain: 1 - rmsse / own };
  });
}

/**
 * Says what came of the forecasts from outside, where somebody could wonder.
 * `choice` as data · returns sentences, none where there is nothing to say
 */
export function explainExternal({ external = [], members }: Choice): readonly string[] {
  return external.flatMap(({ method, title, unavailable, gain }) => {
    if (unavailable !== undefined) return [`${title} was not available: ${unavailable}.`];
    if (gain === undefined || members.some((member) => member.method === method)) return [];
    const share = Math.round(100 * Math.abs(gain));
    return [
      gain > 0 && share > 0
        ? `${title} measured ${share} % better than the best of the others, and was not needed.`
        : `${title} measured ${share} % worse than the best of the others.`,
    ];
  });
}

function fitExternal(
  external: ExternalForecast,
  { y, from }: { y: Float64Array; from: number },
): Fitted | undefined {
  const said = external.said.find(({ known }) => known === from + y.length);
  if (said === undefined) return undefined;
  const whole = y.every((value) => Number.isNaN(value) || Number.isInteger(value));
  const moments = (h: number): Moments => {
    if (h > said.horizon)
      throw new Error(`${external.method} said ${said.horizon} periods, not ${h}`);
    return momentsOf(external.levels, { said, h, whole });
  };
  return makeFitted({
    model: external.method,
    form: external.title,
    parameters: {},
    // It is not said how well it followed the past: its spread is what it says of the future.
    residuals: new Float64Array(y.length).fill(Number.NaN),
    sigma: momentsOf(external.levels, { said, h: 1, whole }).factor[0]!,
    moments,
    update: (longer) => fitExternal(external, { y: longer, from })!,
  });
}

/** Mean, spread and family of each period from its quantiles. */
function momentsOf(
  levels: readonly number[],
  { said, h, whole }: { said: ExternalForecast['said'][number]; h: number; whole: boolean },
): Moments {
  const scores = levels.map(normalQuantile);
  const mean = new Float64Array(h);
  const factor = new Float64Array(h * h);
  const left = Float64Array.from({ length: h }, (_, periods) => PERSISTENCE ** periods);
  const fresh = Math.sqrt(1 - PERSISTENCE ** 2);
  const shapes = Array.from({ length: h }, (_, k) => {
    const values = new Float64Array(levels.length);
    for (let l = 0; l < values.length; l++) values[l] = said.quantiles[l * said.horizon + k]!;
    // Crossing quantiles are put in order, as every reader of quantiles expects.
    if (!isAscending(values)) values.sort();
    mean[k] = said.mean?.[k] ?? meanOf(levels, values);
    const sd = spreadOf(scores, values);
    // Shocks fade from period to period, and each period adds its own: a first-order regression.
    for (let i = 0; i <= k; i++) factor[k * h + i] = sd * (i === 0 ? 1 : fresh) * left[k - i]!;
    return sd > 0 ? externalShape({ scores, values, mean: mean[k], sd, whole }) : undefined;
  });
  const marginals = shapes.filter((shape) => shape !== undefined);
  return { horizon: h, mean, factor, ...(marginals.length === h ? { marginals } : {}) };
}

function isAscending(values: Float64Array): boolean {
  for (let i = 1; i < values.length; i++) if (values[i]! < values[i - 1]!) return false;
  return true;
}

/** The area under the straight lines between the quantiles; beyond the outermost they stay level. */
function meanOf(levels: readonly number[], values: Float64Array): number {
  let sum = values[0]! * levels[0]! + values.at(-1)! * (1 - levels.at(-1)!);
  for (let i = 1; i < levels.length; i++)
    sum += (levels[i]! - levels[i - 1]!) * ((values[i]! + values[i - 1]!) / 2);
  return sum;
}

/** The deviation of a normal whose outermost two quantiles lie as far apart. */
function spreadOf(scores: readonly number[], values: Float64Array): number {
  return (values.at(-1)! - values[0]!) / (scores.at(-1)! - scores[0]!);
}
