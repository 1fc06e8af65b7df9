import type { Fitted, Model } from '../model.ts';
import { makeFitted, residualSigma } from '../model.ts';
import { linearMoments } from '../moments.ts';
import { leastSquaresLine } from '../numeric/line.ts';
import { type Adjustment, adjustSeason } from '../seasonal-adjustment.ts';
import { fitSes } from './ses.ts';

/**
 * The Theta method: exponential smoothing with half the slope of the trend line as its drift, on
 * demand that is seasonally adjusted where a test finds a season.
 * `y` demand per period, units, oldest first; NaN is interpolated for the season and skipped by the smoothing
 * refuses too_short (fewer than four observations)
 * source Assimakopoulos & Nikolopoulos (2000), doi:10.1016/S0169-2070(00)00066-2; Hyndman & Billah (2003)
 * checked against reference/models.json, R forecast 8.20 thetaf, forecasts within 0.5 %
 */
export const theta: Model = {
  name: 'theta',
  title: 'Theta',
  source: 'Assimakopoulos & Nikolopoulos (2000)',
  fit: (y, { season }) => fitTheta(y, season),
};

function fitTheta(y: Float64Array, season: number): Fitted | undefined {
  const adjustment = adjustSeason(y, season);
  const smoothing = fitSes(adjustment.adjusted);
  return smoothing === undefined ? undefined : assemble(y, { season, adjustment, smoothing });
}

interface Parts {
  readonly season: number;
  readonly adjustment: Adjustment;
  readonly smoothing: Fitted;
}

function assemble(y: Float64Array, { season, adjustment, smoothing }: Parts): Fitted {
  const { alpha, level } = smoothing.parameters as { alpha: number; level: number };
  const n = y.length;
  const drift = leastSquaresLine(adjustment.adjusted).slope / 2;
  const settled = (1 - (1 - alpha) ** n) / alpha;
  const residuals = smoothing.residuals.map((e, t) => putBack(adjustment, e, t, true));
  const sigma = smoothing.sigma;
  return makeFitted({
    model: 'theta',
    form: adjustment.kind === 'none' ? 'Theta' : `Theta (${adjustment.kind} season)`,
    parameters: { alpha, level, drift },
    residuals,
    sigma: residualSigma(residuals, 1),
    moments: (h) => {
      const mean = new Float64Array(h);
      const scale = new Float64Array(h);
      for (let k = 0; k < h; k++) {
        mean[k] = putBack(adjustment, level + drift * (k + settled), n + k, false);
        scale[k] = putBack(adjustment, 1, n + k, true);
      }
      return linearMoments({ mean, sigma, echo: () => alpha, scale });
    },
    update: (longer) => {
      const again = adjustLike(adjustment, longer);
      return assemble(longer, {
        season,
        adjustment: again,
        smoothing: smoothing.update(again.adjusted),
      });
    },
  });
}

/** Adjusted demand back to demand; an error or a spread only takes the factor, not the shift. */
function putBack({ kind, figure }: Adjustment, value: number, t: number, spread: boolean): number {
  if (kind === 'none' || (kind === 'additive' && spread)) return value;
  const own = figure[t % figure.length]!;
  return kind === 'additive' ? value + own : value * own;
}

/** The same figure on another stretch of the series. */
function adjustLike(adjustment: Adjustment, y: Float64Array): Adjustment {
  const { kind, figure } = adjustment;
  if (kind === 'none') return { ...adjustment, adjusted: y };
  const m = figure.length;
  const adjusted = y.map((v, t) => (kind === 'additive' ? v - figure[t % m]! : v / figure[t % m]!));
  return { kind, figure, adjusted };
}
