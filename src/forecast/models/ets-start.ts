import { leastSquaresLine } from '../numeric/line.ts';
import type { EtsForm } from './ets-form.ts';
import { ALPHA, BETA, GAMMA, LEVEL, PHI, SEASONAL, SLOPE } from './ets-layout.ts';

/**
 * First guess of parameters and states: a line through the first periods, and what each phase of
 * the season lies above or below it.
 * `y` scaled demand, NaN skipped · `form`, `m` · returns theta in the kernel's layout
 * source in the manner of Hyndman et al. (2008), 2.6.1
 */
export function startingTheta(y: Float64Array, form: EtsForm, m: number): Float64Array {
  const theta = new Float64Array(SEASONAL + m);
  const span = Math.min(y.length, Math.max(10, m > 1 ? 4 * m : 0));
  const { level, slope } = leastSquaresLine(y, span);
  theta[ALPHA] = 0.1;
  theta[BETA] = form.trend === 'N' ? 0 : 0.01;
  theta[GAMMA] = form.season === 'N' ? 0 : 0.05;
  theta[PHI] = form.trend === 'Ad' ? 0.97 : 1;
  const trended = form.trend !== 'N';
  const middle = level + (slope * (span - 1)) / 2;
  theta[LEVEL] = trended ? level - slope : middle;
  theta[SLOPE] = trended ? slope : 0;
  if (form.season !== 'N') phases(y.subarray(0, span), { theta, level, slope, form, m });
  if (form.error === 'M' || form.season === 'M') {
    // A multiplicative model must begin above zero, on any path to the first periods.
    if (!(theta[LEVEL]! > 0) || !(theta[LEVEL]! + span * theta[SLOPE]! > 0)) {
      theta[LEVEL] = Math.max(middle, 1e-3);
      theta[SLOPE] = 0;
    }
  }
  return theta;
}

interface Phased {
  readonly theta: Float64Array;
  readonly level: number;
  readonly slope: number;
  readonly form: EtsForm;
  readonly m: number;
}

function phases(y: Float64Array, { theta, level, slope, form, m }: Phased): void {
  const multiplied = form.season === 'M';
  const sums = new Float64Array(m);
  const counts = new Float64Array(m);
  for (let t = 0; t < y.length; t++) {
    if (Number.isNaN(y[t]!)) continue;
    const base = level + slope * t;
    sums[t % m]! += multiplied ? y[t]! / Math.max(base, 0.05) : y[t]! - base;
    counts[t % m]!++;
  }
  const neutral = multiplied ? 1 : 0;
  let total = 0;
  for (let j = 0; j < m; j++) {
    const value = counts[j]! > 0 ? sums[j]! / counts[j]! : neutral;
    theta[SEASONAL + j] = multiplied ? Math.max(0.05, value) : value;
    total += theta[SEASONAL + j]!;
  }
  for (let j = 0; j < m; j++) {
    if (multiplied) theta[SEASONAL + j]! *= m / total;
    else theta[SEASONAL + j]! -= total / m;
  }
}

/**
 * How many periods were observed, and what to divide demand by so that it is about one.
 * `y` units, NaN skipped · returns a number of periods, and units
 */
export function sizeOf(y: Float64Array): { observed: number; scale: number } {
  let sum = 0;
  let observed = 0;
  for (const value of y) {
    if (Number.isNaN(value)) continue;
    sum += Math.abs(value);
    observed++;
  }
  return { observed, scale: sum > 0 ? sum / observed : 1 };
}
