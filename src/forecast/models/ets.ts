import type { FitOptions, Fitted, Model } from '../model.ts';
import { applyEts, type EtsFitted } from './ets-fit.ts';
import { admissibleForms, type EtsForm } from './ets-form.ts';
import {
  ALPHA,
  BETA,
  type EtsPass,
  etsValue,
  GAMMA,
  LEVEL,
  PHI,
  SEASONAL,
  SLOPE,
} from './ets-kernel.ts';
import { beginEtsSearch, type EtsSearch } from './ets-search.ts';
import { startingTheta } from './ets-start.ts';

/** Longer seasons would need more states than a history can tell. */
const LONGEST_SEASON = 24;
/** Steps that every form gets, and how far behind the best it may then be. */
const TRIAL_STEPS = 6;
const HOPELESS = 12;
const MOST_STEPS = 100;

/**
 * Automatic exponential smoothing: the form of error, trend and season with the lowest AICc.
 * `y` demand per period, units, oldest first; NaN moves the states along without an error
 * refuses too_short (fewer observations than the simplest form has parameters)
 * source Hyndman et al. (2008), doi:10.1007/978-3-540-71918-2; Hyndman & Khandakar (2008)
 * checked against reference/models.json, R forecast 8.20 ets: likelihood at R's parameters 1e-6,
 * AICc of the automatic choice no more than 0.5 above R's
 */
export const ets: Model = {
  name: 'ets',
  title: 'Automatic ETS',
  source: 'Hyndman, Koehler, Ord & Snyder (2008)',
  fit: (y, options) => fitEts(y, options),
};

function fitEts(y: Float64Array, { season, start }: FitOptions): Fitted | undefined {
  if (isEts(start)) {
    const again = fitForms(y, { forms: [start.ets.form], m: start.ets.m, start, model: 'ets' });
    if (again !== undefined) return again;
  }
  const { positive, observed, constant } = survey(y);
  const m = season > 1 && season <= LONGEST_SEASON && observed >= 2 * season ? season : 1;
  const forms = constant ? [SIMPLEST] : admissibleForms({ positive, seasonal: m > 1 });
  return fitForms(y, { forms, m, model: 'ets' });
}

const SIMPLEST: EtsForm = { error: 'A', trend: 'N', season: 'N' };

function isEts(fitted: Fitted | undefined): fitted is EtsFitted {
  return fitted !== undefined && 'ets' in fitted;
}

/** What is asked of a fit over several forms. */
export interface FormsOptions {
  readonly forms: readonly EtsForm[];
  /** Season length, 1 for none. */
  readonly m: number;
  readonly start?: Fitted | undefined;
  readonly model: string;
  readonly title?: string;
}

/**
 * Fits forms side by side: each gets a few steps, those far behind are dropped, the rest run on.
 * `y` demand per period, units, NaN skipped · returns the fit with the lowest AICc, or undefined
 */
export function fitForms(y: Float64Array, options: FormsOptions): EtsFitted | undefined {
  const { forms, model, title } = options;
  const scale = meanSize(y);
  const scaled = y.map((value) => value / scale);
  const searches: EtsSearch[] = [];
  for (const form of forms) {
    const m = form.season === 'N' ? 1 : options.m;
    const pass = { y: scaled, form, m };
    const theta =
      warmTheta(options.start, { form, scale }) ?? bestOf(pass, startingTheta(scaled, form, m));
    const search = beginEtsSearch(pass, theta);
    if (search !== undefined) searches.push(search);
  }
  if (searches.length === 0) return undefined;
  const best = race(searches);
  const m = best.form.season === 'N' ? 1 : options.m;
  return applyEts(y, {
    form: best.form,
    m,
    theta: best.theta(),
    scale,
    size: best.size,
    aicc: best.aicc() + 2 * countObserved(y) * Math.log(scale),
    model,
    ...(title === undefined ? {} : { title }),
  });
}

/** The likelihood of a wandering series has a second, worse top near α = 0: start on the right side. */
const STARTING_ALPHAS = [0.1, 0.4, 0.85] as const;

function bestOf(pass: EtsPass, theta: Float64Array): Float64Array {
  const states = new Float64Array(theta.length);
  let best = theta[ALPHA]!;
  let least = Number.POSITIVE_INFINITY;
  for (const alpha of STARTING_ALPHAS) {
    theta[ALPHA] = alpha;
    const value = etsValue(pass, theta, states);
    if (value < least) {
      least = value;
      best = alpha;
    }
  }
  theta[ALPHA] = best;
  return theta;
}

function race(searches: readonly EtsSearch[]): EtsSearch {
  for (const search of searches) search.minimiser.advance(TRIAL_STEPS);
  const order = [...searches].sort((a, b) => a.aicc() - b.aicc());
  let best = order[0]!;
  for (const search of order) {
    if (search.aicc() > best.aicc() + HOPELESS) continue;
    search.minimiser.advance(MOST_STEPS);
    if (search.aicc() < best.aicc()) best = search;
  }
  return best;
}

/** The earlier solution in the scale of this history; the first period is the same one. */
function warmTheta(
  start: Fitted | undefined,
  { form, scale }: { form: EtsForm; scale: number },
): Float64Array | undefined {
  if (!isEts(start) || start.ets.form !== form) return undefined;
  const theta = Float64Array.from(start.ets.theta);
  const change = start.ets.scale / scale;
  theta[LEVEL]! *= change;
  theta[SLOPE]! *= change;
  if (form.season === 'A') for (let j = SEASONAL; j < theta.length; j++) theta[j]! *= change;
  return inside(theta, form);
}

/** A little away from the bounds, where a logistic curve has no slope to follow. */
function inside(theta: Float64Array, form: EtsForm): Float64Array {
  theta[ALPHA] = Math.min(0.995, Math.max(0.003, theta[ALPHA]!));
  const alpha = theta[ALPHA]!;
  if (form.trend !== 'N') theta[BETA] = Math.min(0.99 * alpha, Math.max(0.0005, theta[BETA]!));
  if (form.season !== 'N') {
    theta[GAMMA] = Math.min(0.99 * (1 - alpha), Math.max(0.0005, theta[GAMMA]!));
  }
  if (form.trend === 'Ad') theta[PHI] = Math.min(0.978, Math.max(0.805, theta[PHI]!));
  return theta;
}

/** What the choice of forms depends on. */
function survey(y: Float64Array): { positive: boolean; observed: number; constant: boolean } {
  let observed = 0;
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (const value of y) {
    if (Number.isNaN(value)) continue;
    observed++;
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  return { positive: least > 0, observed, constant: least === most };
}

function countObserved(y: Float64Array): number {
  let n = 0;
  for (const value of y) if (!Number.isNaN(value)) n++;
  return n;
}

function meanSize(y: Float64Array): number {
  let sum = 0;
  let n = 0;
  for (const value of y) {
    if (Number.isNaN(value)) continue;
    sum += Math.abs(value);
    n++;
  }
  return sum > 0 ? sum / n : 1;
}
