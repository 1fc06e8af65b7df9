/** What promotions, holidays and prices that are known in advance do to demand, for models that do not see them. */

import { type FactorAt, findEffects } from './known-effects-fit.ts';
import { type Fitted, type Model, makeFitted } from './model.ts';
import { multiplyMoments } from './moments.ts';

/** Models that weigh the states of periods themselves. */
const SEES_STATES: ReadonlySet<string> = new Set(['npts']);

/**
 * The same model on demand without the known effects: each period is divided by what is known to act on
 * it before the fit, and multiplied by it in what is said. A model that sees the states itself is left as it is.
 * `model` of the catalogue · returns Model, equal to the first where nothing is known in advance
 * source Hyndman & Athanasopoulos (2021), Forecasting: Principles and Practice, 3.1, on adjustments before a fit
 */
export function withKnownEffects(model: Model): Model {
  if (SEES_STATES.has(model.name)) return model;
  return {
    ...model,
    fit: (y, options) => {
      const factors = options.known && findEffects(y, options.known, options.season);
      if (factors === undefined) return model.fit(y, options);
      const inner = model.fit(divided(y, factors), options);
      return inner && dressed(inner, y, factors);
    },
  };
}

function dressed(inner: Fitted, y: Float64Array, factors: FactorAt): Fitted {
  return makeFitted({
    ...inner,
    residuals: inner.residuals.map((e, t) => e * factors(t)),
    moments: (h) => multiplyMoments(inner.moments(h), (k) => factors(y.length + k)),
    update: (longer) => dressed(inner.update(divided(longer, factors)), longer, factors),
  });
}

function divided(y: Float64Array, factors: FactorAt): Float64Array {
  return y.map((value, t) => value / factors(t));
}
