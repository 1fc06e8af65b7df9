import type { Fitted, Model } from '../model.ts';
import { applyEts } from './ets-fit.ts';
import { admissibleForms, type EtsForm } from './ets-form.ts';
import { etsValue } from './ets-kernel.ts';
import { ALPHA, type EtsPass } from './ets-layout.ts';
import { beginEtsSearch, type EtsSearch } from './ets-search.ts';
import { sizeOf, startingTheta } from './ets-start.ts';

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
  fit: (y, { season }) => fitEts(y, season),
};

function fitEts(y: Float64Array, season: number): Fitted | undefined {
  const { positive, observed, constant } = survey(y);
  const m = season > 1 && season <= LONGEST_SEASON && observed >= 2 * season ? season : 1;
  const forms = constant ? [SIMPLEST] : admissibleForms({ positive, seasonal: m > 1 });
  return fitForms(y, { forms, m, model: 'ets' });
}

const SIMPLEST: EtsForm = { error: 'A', trend: 'N', season: 'N' };

/** What is asked of a fit over several forms. */
export interface FormsOptions {
  readonly forms: readonly EtsForm[];
  /** Season length, 1 for none. */
  readonly m: number;
  readonly model: string;
  readonly title?: string;
}

/**
 * Fits forms side by side: each gets a few steps, those far behind are dropped, the rest run on.
 * `y` demand per period, units, NaN skipped · returns the fit with the lowest AICc, or undefined
 */
export function fitForms(y: Float64Array, options: FormsOptions): Fitted | undefined {
  const { forms, model, title } = options;
  const { observed, scale } = sizeOf(y);
  const scaled = y.map((value) => value / scale);
  const searches: EtsSearch[] = [];
  for (const form of forms) {
    const m = form.season === 'N' ? 1 : options.m;
    const pass = { y: scaled, form, m };
    const search = beginEtsSearch(pass, bestOf(pass, startingTheta(scaled, form, m)));
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
    aicc: best.aicc() + 2 * observed * Math.log(scale),
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
