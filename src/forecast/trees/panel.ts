/** Series side by side on one clock: who takes part, and what may be learned from. */

import { openSeries } from '../closures.ts';
import type { ExternalOrigin } from '../external-origins.ts';
import { externalOrigins } from '../external-origins.ts';
import { type ForecastOptions, seasonOf } from '../options.ts';
import type { Series } from '../types.ts';
import { endOf } from './calendar.ts';
import { panelDemand } from './panel-demand.ts';
import type { FeaturePlan } from './series-features.ts';

/** A series with what trees may know of it besides. */
export interface PanelSeries extends Series {
  /** Instant of the first period, milliseconds since 1970, UTC; without it there is no calendar. */
  readonly start?: number | undefined;
  /** Group of products that it belongs to. */
  readonly category?: string | undefined;
}

/** A series that is learned from. */
export interface Participant {
  readonly series: PanelSeries;
  /** Periods that may be learned from: what lies before the first origin of any series. */
  readonly learnable: number;
}

/**
 * How a horizon is reached. `direct`: the model is taught periods as they looked 1 … h before, and asked
 * for each. `recursive`: it is taught the next period alone, and what it says is fed back as if it were known.
 */
export const TREE_HORIZONS = ['direct', 'recursive'] as const;
export type TreeHorizons = (typeof TREE_HORIZONS)[number];

/** What a batch has in common: plain data, the same for all of its parts. */
export interface Ground {
  readonly plan: FeaturePlan;
  readonly horizon: number;
  readonly horizons: TreeHorizons;
  /** Period after the last one of the series that end latest, on the clock of all. */
  readonly latest: number;
  /** Period on that clock from which on nothing was learned from. */
  readonly cut: number;
}

/** A batch as trees learn from it. */
export interface Panel {
  readonly ground: Ground;
  readonly participants: readonly Participant[];
}

/** More series than this cannot be told apart by name within a bin. */
const MOST_IDS = 250;
const MOST_CATEGORIES = 250;

/**
 * Puts series on one clock. Whatever lies at or after the earliest origin of any of them is learned
 * from by none, so that no score of any series rests on what was not known there.
 * `given` series as for `forecast` · `options` the same · returns Panel
 */
export function makePanel(given: readonly PanelSeries[], options: PanelOptions): Panel {
  const { horizon, horizons = 'direct' } = options;
  const frequency = options.frequency ?? 'D';
  const season = options.season ?? seasonOf(frequency);
  const batch = given.map((series) => openSeries(series, season));
  const dated = batch.every(({ start }) => start !== undefined);
  const plan = { season, frequency, dated, ...namesIn(batch) };
  const latest = batch.reduce((most, one) => Math.max(most, endOf(one, plan)), -Infinity);
  const open = { plan, horizon, horizons, latest, cut: -Infinity };
  let cut = latest;
  for (const series of batch) {
    const { origins } = originsIn(open, series, options);
    if (origins.length > 0)
      cut = Math.min(cut, endOf(series, plan) - series.y.length + origins[0]!.known);
  }
  const parts = batch.filter(isUsable).map((series) => {
    const begin = endOf(series, plan) - series.y.length;
    const learnable = Math.max(0, Math.min(series.y.length, cut - begin));
    return { series, y: series.y, begin, learnable };
  });
  const demand = panelDemand(parts, frequency);
  const participants = parts.map(({ series, learnable }) => ({ series, learnable }));
  return { ground: { ...open, plan: { ...plan, panelDemand: demand }, cut }, participants };
}

/**
 * Where a series is forecast, or why it is not, as the end of a sentence.
 * `ground` of the batch that was learned from · `series` of that batch, or another one on its clock
 */
export function originsIn(
  { plan, horizon, latest, cut }: Ground,
  series: PanelSeries,
  options: PanelOptions,
): { readonly origins: readonly ExternalOrigin[]; readonly absent?: string } {
  if (!isUsable(series))
    return { origins: [], absent: 'it has no sales that could be learned from' };
  const end = endOf(series, plan);
  const behind = latest - end;
  if (behind >= horizon)
    return { origins: [], absent: `its sales end ${behind} periods before the latest` };
  const origins = (options.originsOf ?? defaultOrigins)(series, options);
  const early = origins.some(({ known }) => end - series.y.length + known < cut);
  return early
    ? { origins: [], absent: 'its backtest begins before that of the others' }
    : { origins };
}

/** Options of `forecast`, how a horizon is reached, and where each series is to be forecast. */
export interface PanelOptions extends ForecastOptions {
  /** Default `direct`. */
  readonly horizons?: TreeHorizons | undefined;
  readonly originsOf?: OriginsOf | undefined;
}

/** Where a series is to be forecast. */
export type OriginsOf = (series: Series, options: ForecastOptions) => readonly ExternalOrigin[];

/** The origins of the backtest, and always the end. */
function defaultOrigins(series: Series, options: ForecastOptions): readonly ExternalOrigin[] {
  const origins = externalOrigins(series, options);
  return origins.length > 0 ? origins : [{ known: series.y.length, horizon: options.horizon }];
}

const LARGEST = 1e100;

function isUsable({ y }: Series): boolean {
  let seen = false;
  for (let t = 0; t < y.length; t++) {
    if (Math.abs(y[t]!) > LARGEST) return false;
    if (!Number.isNaN(y[t]!)) seen = true;
  }
  return seen;
}

function namesIn(batch: readonly PanelSeries[]) {
  const covariates = new Set(batch.flatMap((one) => Object.keys(one.covariates ?? {})));
  const categories = new Set(batch.map(({ category }) => category ?? '').filter(Boolean));
  return {
    covariates: [...covariates].sort(),
    priced: batch.some(({ price }) => price !== undefined),
    categories: [...categories].sort().slice(0, MOST_CATEGORIES),
    ids: batch.length <= MOST_IDS && batch.length > 1 ? batch.map(({ id }) => id) : [],
  };
}
