/** What trees know of a coming period: always as it was known at the origin, and relative to the scale of the series. */

import { seasonsOf } from '../models/mstl.ts';
import type { Frequency } from '../types.ts';
import { CALENDAR, calendarOf, endOf } from './calendar.ts';
import type { PanelSeries } from './panel.ts';
import {
  PANEL_DEMAND_NAMES,
  type PanelDemand,
  PanelDemandHistory,
  YEAR_OF_DAYS,
} from './panel-demand.ts';
import { RunningSums } from './running-sums.ts';
import { columnsOf, StateHistory } from './state-history.ts';

/** Which features there are: the same for all series of a panel. */
export interface FeaturePlan {
  readonly season: number;
  readonly frequency: Frequency;
  /** Whether every series is dated. */
  readonly dated: boolean;
  readonly covariates: readonly string[];
  readonly priced: boolean;
  /** Names of categories, by number; none where no series has one. */
  readonly categories: readonly string[];
  /** Names of series, by number; none where there are too many to tell apart. */
  readonly ids: readonly string[];
  /** What all series sell together; none where that says little. */
  readonly panelDemand?: PanelDemand | undefined;
}

/** Widths of the windows, in units of `unitOf`. */
const WIDTHS = [1, 2, 4, 8, 16, 52] as const;
const PHASES = [1, 2, 4, 8, 26] as const;
const OCCURRENCES = [1, 3, 8, 30] as const;
/** Periods after which something repeats that the season does not tell. */
const YEAR: Partial<Record<Frequency, number>> = { D: YEAR_OF_DAYS, W: 52 };
/** Times that the phase of a longer season is looked back to. */
const LONGER_PHASES = [1, 2, 4] as const;
const LONGEST_STATE = 15;
/** Stretches in which the longest rest is looked for, in units of `unitOf`: a shelf that was empty, a product that is let go. */
const RESTS = [8, 52] as const;

/** Periods that windows are multiples of: a week of days, a quarter of weeks or months. */
export function unitOf(season: number): number {
  if (season === 1) return 3;
  return season > 24 ? 13 : season === 12 ? 3 : season;
}

const YEAR_NAMES = ['year ago', 'around a year ago', 'growth in a year', 'mean of the year before'];

/**
 * Periods that are recent: eight weeks of days, eight days of hours, a year of anything slower. Eight units of those
 * miss the level that they have walked to (MASE of trees, then and now: M4 weekly 2.82 and 2.50, tourism quarterly 1.89
 * and 1.80, development parts).
 */
function recentOf({ season, frequency }: FeaturePlan): number {
  const unit = unitOf(season);
  const slow = frequency === 'W' || frequency === 'M' || frequency === 'Q';
  return slow ? Math.max(season, unit) : 8 * unit;
}

/** The season that goes with a shorter one, periods: hours of a week with hours of a day. A year of days has features of its own. */
function longerSeason({ season, frequency }: FeaturePlan): number | undefined {
  return frequency === 'H' ? seasonsOf(season)[1] : undefined;
}

/** Names of the features, in the order in which they are filled in. */
export function featureNames(plan: FeaturePlan): readonly string[] {
  const { season, frequency, dated, covariates, priced, categories, ids, panelDemand } = plan;
  const unit = unitOf(season);
  const longer = longerSeason(plan);
  const perCovariate = covariates.flatMap((name) => [name, `${name} before`, `${name} after`]);
  return [
    'horizon',
    'scale',
    'age',
    ...WIDTHS.map((width) => `mean of ${width * unit}`),
    'deviation',
    'zeros, recent',
    'zeros',
    'last value',
    'periods since demand',
    ...RESTS.map((width) => `longest rest of ${width * unit}`),
    ...PHASES.map((times) => `mean of same phase, ${times}`),
    ...(longer === undefined
      ? []
      : LONGER_PHASES.map((times) => `mean of same phase of ${longer}, ${times}`)),
    ...(YEAR[frequency] === undefined ? [] : YEAR_NAMES),
    ...(dated ? CALENDAR[frequency] : []),
    ...perCovariate,
    ...(covariates.length > 0
      ? [...OCCURRENCES.map((times) => `mean in same state, ${times}`), 'state has lasted']
      : []),
    ...(priced ? ['price', 'price to recent', 'price to highest', 'price change'] : []),
    ...(categories.length > 0 ? ['category'] : []),
    ...(ids.length > 0 ? ['series'] : []),
    ...(panelDemand === undefined ? [] : PANEL_DEMAND_NAMES),
  ];
}

/** What is known of a series in advance: the same on all paths that it may take. */
interface KnownAhead {
  readonly plan: FeaturePlan;
  readonly series: PanelSeries;
  readonly columns: readonly ArrayLike<number>[];
  readonly price: RunningSums | undefined;
  /** Of each period that was asked for. */
  readonly calendar: (readonly number[])[];
  /** Numbers of its category and of itself. */
  readonly names: readonly number[];
  readonly panelDemand: PanelDemandHistory | undefined;
  /** Its first period on the clock of the panel. */
  readonly begin: number;
}

/** Demand so far: of the history, or of a path that carries it on. */
interface Past {
  readonly sums: RunningSums;
  /** By the phase of the longer season, where there is one. */
  readonly longer: RunningSums | undefined;
  readonly states: StateHistory | undefined;
  /** Periods in which it is known what others sold: of a path, those up to where it leaves the history. */
  readonly shared: number;
}

/** The features of one series, at any origin and for any period after it. */
export class SeriesFeatures {
  readonly #ahead: KnownAhead;
  readonly #plan: FeaturePlan;
  readonly #sums: RunningSums;
  readonly #longer: RunningSums | undefined;
  readonly #states: StateHistory | undefined;
  readonly #shared: number;
  #rests: { readonly known: number; readonly longest: readonly number[] } = {
    known: -1,
    longest: [],
  };

  private constructor(ahead: KnownAhead, { sums, longer, states, shared }: Past) {
    this.#ahead = ahead;
    this.#plan = ahead.plan;
    this.#sums = sums;
    this.#longer = longer;
    this.#states = states;
    this.#shared = shared;
  }

  static of(series: PanelSeries, plan: FeaturePlan): SeriesFeatures {
    const columns = columnsOf(series.covariates, plan.covariates);
    const ahead = {
      plan,
      series,
      columns,
      price: plan.priced && series.price ? RunningSums.of(series.price, 1) : undefined,
      calendar: [],
      names: [
        ...(plan.categories.length > 0 ? [plan.categories.indexOf(series.category ?? '')] : []),
        ...(plan.ids.length > 0 ? [plan.ids.indexOf(series.id)] : []),
      ],
      panelDemand: plan.panelDemand && PanelDemandHistory.of(plan.panelDemand),
      begin: endOf(series, plan) - series.y.length,
    };
    const states = plan.covariates.length > 0 ? StateHistory.of(columns, series.y) : undefined;
    const sums = RunningSums.of(series.y, plan.season);
    const season = longerSeason(plan);
    const longer = season === undefined ? undefined : RunningSums.of(series.y, season);
    return new SeriesFeatures(ahead, { sums, longer, states, shared: series.y.length });
  }

  /**
   * A path that carries the history on, one period after the other; it is asked for the next one only.
   * `known` periods of the history that it sees · `room` periods that may be added
   */
  fork(known: number, room: number): SeriesFeatures {
    const sums = this.#sums.fork(known, room);
    const longer = this.#longer?.fork(known, room);
    const states = this.#states?.fork(known);
    return new SeriesFeatures(this.#ahead, { sums, longer, states, shared: known });
  }

  /** Adds period `t`, the next one, to a path. */
  add(t: number, y: number): void {
    this.#sums.add(y);
    this.#longer?.add(y);
    this.#states?.add(t, y);
  }

  /** Observed periods before an origin. */
  observed(known: number): number {
    return this.#sums.count(0, known);
  }

  /**
   * What a period's demand is divided by: the recent mean, drawn a little to the mean of all that
   * is known, so that a product that has just rested is not divided by nothing.
   * `known` periods · returns units, > 0
   */
  scale(known: number): number {
    const width = recentOf(this.#plan);
    const from = known - width;
    const all = this.#sums.mean(0, known);
    if (!(all > 0)) return 1;
    const prior = width / 8;
    return (this.#sums.sum(from, known) + prior * all) / (this.#sums.count(from, known) + prior);
  }

  /**
   * Fills a row in.
   * `into` a table's values · `at` place of the row's first number · `known` periods at the origin,
   * all that is looked at · `target` the period, 0-based, at or after the origin
   */
  fill(
    into: Float64Array | Float32Array,
    { at, known, target }: { at: number; known: number; target: number },
  ): void {
    const { frequency, season } = this.#plan;
    const sums = this.#sums;
    const unit = unitOf(season);
    const scale = this.scale(known);
    let i = at;
    into[i++] = target - known + 1;
    into[i++] = Math.log(scale);
    into[i++] = Math.log(1 + this.observed(known));
    for (const width of WIDTHS) into[i++] = sums.mean(known - width * unit, known) / scale;
    into[i++] = sums.deviation(known - 8 * unit, known) / scale;
    into[i++] = sums.zeroShare(known - 4 * unit, known);
    into[i++] = sums.zeroShare(known - 52 * unit, known);
    into[i++] = sums.last(known) / scale;
    into[i++] = known - 1 - sums.lastSale(known);
    for (const rest of this.#restsAt(known)) into[i++] = rest;
    for (const times of PHASES) into[i++] = sums.phaseMean(target, known, times) / scale;
    if (this.#longer !== undefined)
      for (const times of LONGER_PHASES)
        into[i++] = this.#longer.phaseMean(target, known, times) / scale;
    const year = YEAR[frequency];
    if (year !== undefined) {
      const month = 4 * unit;
      const then = known - year;
      const before = then > month ? sums.mean(then - month, then) || Number.NaN : Number.NaN;
      into[i++] = this.#around(target - year, { known, width: unit }) / scale;
      into[i++] = this.#around(target - year, { known, width: month }) / before;
      into[i++] = sums.mean(known - month, known) / before;
      into[i++] = sums.mean(then - year, then) / scale;
    }
    this.#fillKnownAhead(into, { at: i, known, target, scale });
  }

  /** Asked for every period of a horizon, and the same at all of them. */
  #restsAt(known: number): readonly number[] {
    if (this.#rests.known !== known) {
      const unit = unitOf(this.#plan.season);
      const longest = RESTS.map((width) =>
        this.#sums.longestRest(Math.max(0, known - width * unit), known),
      );
      this.#rests = { known, longest };
    }
    return this.#rests.longest;
  }

  /** Mean around a period, as far as it is known. */
  #around(t: number, { known, width }: { known: number; width: number }): number {
    if (t < 0) return Number.NaN;
    const half = Math.floor(width / 2);
    return this.#sums.mean(t - half, Math.min(known, t + half + 1));
  }

  /** Calendar, covariates, price and names. */
  #fillKnownAhead(
    into: Float64Array | Float32Array,
    row: { at: number; known: number; target: number; scale: number },
  ): void {
    const { known, target, scale } = row;
    const { frequency, dated, priced } = this.#plan;
    const { series, columns, calendar, names, panelDemand, begin } = this.#ahead;
    let i = row.at;
    if (dated) {
      calendar[target] ??= calendarOf(series.start!, target, frequency);
      for (const value of calendar[target]!) into[i++] = value;
    }
    for (const column of columns)
      for (const shift of [0, -1, 1]) into[i++] = column[target + shift] ?? Number.NaN;
    if (this.#states !== undefined) {
      for (const times of OCCURRENCES) into[i++] = this.#states.mean(target, known, times) / scale;
      into[i++] = this.#states.lasted(target, LONGEST_STATE);
    }
    if (priced) i = this.#fillPrice(into, i, target);
    for (const name of names) into[i++] = name;
    panelDemand?.fill(into, {
      at: i,
      known: begin + Math.min(known, this.#shared),
      target: begin + target,
    });
  }

  /** Prices are known in advance: those up to the period itself may be looked at. */
  #fillPrice(into: Float64Array | Float32Array, at: number, target: number): number {
    const price = this.#ahead.series.price ?? [];
    const unit = unitOf(this.#plan.season);
    const now = price[target] ?? Number.NaN;
    let highest = now;
    for (let t = Math.max(0, target - 52 * unit); t < target; t++)
      if (price[t]! > highest) highest = price[t]!;
    const recent = this.#ahead.price?.mean(target - 8 * unit, Math.min(target, price.length));
    into[at] = now > 0 ? Math.log(now) : Number.NaN;
    into[at + 1] = relative(now, recent);
    into[at + 2] = relative(now, highest);
    into[at + 3] = relative(now, price[target - 1]);
    return at + 4;
  }
}

/** A price to another one; missing where there is none to compare with. */
function relative(price: number, to: number | undefined): number {
  return to !== undefined && to > 0 ? price / to : Number.NaN;
}
