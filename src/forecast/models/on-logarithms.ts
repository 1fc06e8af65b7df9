/** Models of the logarithms of demand: what is a share of demand there, is a number here. */

import type { FitOptions, Fitted, Model } from '../model.ts';
import { makeFitted, residualSigma } from '../model.ts';

/** Logarithms begin at three: CES knows levels, not numbers about zero. */
const SMALLEST = 20;

/**
 * Fits a model to the logarithms of demand.
 * `model` of the catalogue · `name` of the model on logarithms · `y` demand per period, units, NaN where
 * not observed · returns Fitted, its mean the median of a log-normal; undefined where demand is not
 * above zero in every period, or the model cannot be fitted
 * source Box & Cox (1964), doi:10.1111/j.2517-6161.1964.tb00553.x, λ = 0, transformed back without correction as R forecast does
 */
export function fitOnLogarithms(
  y: Float64Array,
  { model, name }: { model: Model; name: string },
  { season }: FitOptions,
): Fitted | undefined {
  for (const value of y) if (value <= 0) return undefined;
  const scale = scaleOf(y);
  const logs = logarithms(y, scale);
  const fitted = model.fit(logs, { season });
  return fitted && assemble(y, { name, scale, logarithmic: fitted });
}

interface Parts {
  readonly name: string;
  /** What demand is divided by before its logarithm is taken, units. */
  readonly scale: number;
  readonly logarithmic: Fitted;
}

function assemble(y: Float64Array, { name, scale, logarithmic }: Parts): Fitted {
  const [least, most] = bounds(logarithms(y, scale));
  const residuals = logarithmic.residuals.map((e, t) => y[t]! * (1 - Math.exp(-e)));
  return makeFitted({
    model: name,
    form: `${logarithmic.form} of logarithms`,
    parameters: logarithmic.parameters,
    residuals,
    sigma: residualSigma(residuals),
    moments: (h) => {
      const said = logarithmic.moments(h);
      const mean = said.mean.map((log) => scale * Math.exp(Math.min(most, Math.max(least, log))));
      const factor = said.factor.slice();
      for (let k = 0; k < h; k++) for (let i = 0; i <= k; i++) factor[k * h + i]! *= mean[k]!;
      return { horizon: h, mean, factor };
    },
    update: (longer) => {
      const updated = logarithmic.update(logarithms(longer, scale));
      return assemble(longer, { name, scale, logarithmic: updated });
    },
  });
}

/** A share of the smallest demand: in another unit every ratio to it is the same to the last digit. */
function scaleOf(y: Float64Array): number {
  let least = Number.POSITIVE_INFINITY;
  for (const value of y) if (value < least) least = value;
  return least / SMALLEST;
}

/** A zero that comes later counts as very little: a fit has to go on from it. */
function logarithms(y: Float64Array, scale: number): Float64Array {
  return y.map((value) => Math.log(Math.max(1, value / scale)));
}

/** Logarithms that are believed: a slope of logarithms is growth upon growth, and soon beyond all reason. */
function bounds(logs: Float64Array): [number, number] {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (const log of logs) {
    if (Number.isNaN(log)) continue;
    least = Math.min(least, log);
    most = Math.max(most, log);
  }
  const range = most - least;
  return [least - range, most + range];
}
