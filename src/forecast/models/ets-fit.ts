import type { Fitted } from '../model.ts';
import { makeFitted, residualSigma } from '../model.ts';
import { linearMoments, type Moments } from '../moments.ts';
import { type EtsForm, formName } from './ets-form.ts';
import { etsValue, lastErrors } from './ets-kernel.ts';
import { ALPHA, BETA, type EtsPass, GAMMA, LEVEL, PHI, SEASONAL, SLOPE } from './ets-layout.ts';

/** Parameters and first states that were found for a form. */
export interface EtsSolution {
  readonly form: EtsForm;
  readonly m: number;
  /** In the kernel's layout, states in scaled demand. */
  readonly theta: Float64Array;
  /** What demand was divided by, units. */
  readonly scale: number;
  /** Free parameters, the error variance included. */
  readonly size: number;
  /** Corrected information criterion, on the scale of R forecast::ets. */
  readonly aicc: number;
  /** Name of the catalogue, and of the form where it is not its own. */
  readonly model: string;
  readonly title?: string;
}

/**
 * The fit that a solution makes on a history that begins where the solution's did.
 * `y` demand per period, units, NaN skipped · returns Fitted, or undefined out of the domain
 */
export function applyEts(y: Float64Array, solution: EtsSolution): Fitted | undefined {
  const { form, m, theta, scale, size, model } = solution;
  const pass: EtsPass = { y: y.map((value) => value / scale), form, m };
  const states = new Float64Array(theta.length);
  const value = etsValue(pass, theta, states);
  if (!Number.isFinite(value)) return undefined;
  const residuals = lastErrors(pass).map((e) => e * scale);
  let observed = 0;
  for (const e of residuals) if (!Number.isNaN(e)) observed++;
  const spread = spreadOf(pass, residuals, { value, observed, size, scale });
  const phase = y.length % m;
  const fitted = makeFitted({
    model,
    form: solution.title ?? formName(form),
    parameters: named(solution, states),
    residuals,
    sigma: residualSigma(residuals, size - 1),
    moments: (h) => etsMoments({ solution, states, phase, spread }, h),
    update: (longer) => applyEts(longer, solution) ?? fitted,
  });
  return fitted;
}

interface Measured {
  readonly value: number;
  readonly observed: number;
  readonly size: number;
  readonly scale: number;
}

/** σ of the errors: units for additive, relative for multiplicative ones. */
function spreadOf(pass: EtsPass, residuals: Float64Array, measured: Measured): number {
  const { observed, size, scale } = measured;
  const freedom = Math.max(1, observed - size + 1);
  if (pass.form.error === 'A') return residualSigma(residuals, size - 1);
  let squares = 0;
  for (let t = 0; t < residuals.length; t++) {
    const e = residuals[t]!;
    if (Number.isNaN(e)) continue;
    squares += (e / (pass.y[t]! * scale - e)) ** 2;
  }
  return Math.sqrt(squares / freedom);
}

function named(solution: EtsSolution, states: Float64Array): Record<string, number> {
  const { form, theta, scale, aicc } = solution;
  const parameters: Record<string, number> = { alpha: theta[ALPHA]! };
  if (form.trend !== 'N') parameters.beta = theta[BETA]!;
  if (form.season !== 'N') parameters.gamma = theta[GAMMA]!;
  if (form.trend === 'Ad') parameters.phi = theta[PHI]!;
  parameters.level = states[LEVEL]! * scale;
  if (form.trend !== 'N') parameters.slope = states[SLOPE]! * scale;
  parameters.aicc = aicc;
  return parameters;
}

/** Where a forecast begins. */
interface Beginning {
  readonly solution: EtsSolution;
  /** States after the last period, scaled. */
  readonly states: Float64Array;
  /** Phase of the first period ahead. */
  readonly phase: number;
  readonly spread: number;
}

function etsMoments(from: Beginning, h: number): Moments {
  const { form, scale, theta, m } = from.solution;
  const mean = walk(from, { h, shockAt: -1, shock: 0 });
  for (let k = 0; k < h; k++) mean[k]! *= scale;
  if (form.error === 'M' || form.season === 'M') {
    return { horizon: h, mean, factor: linearised(from, mean) };
  }
  const alpha = theta[ALPHA]!;
  const beta = theta[BETA]!;
  const gamma = theta[GAMMA]!;
  const phi = theta[PHI]!;
  const damping = new Float64Array(h + 1);
  for (let j = 1; j <= h; j++) damping[j] = phi * (1 + damping[j - 1]!);
  return linearMoments({
    mean,
    sigma: from.spread,
    echo: (j) => alpha + beta * damping[j]! + (form.season === 'A' && j % m === 0 ? gamma : 0),
  });
}

/**
 * What a shock of one σ in period i does to the periods after it, as half the distance between the
 * paths of a shock up and a shock down: exact for linear forms, first order for the others.
 */
function linearised(from: Beginning, mean: Float64Array): Float64Array {
  const h = mean.length;
  const factor = new Float64Array(h * h);
  // A shock of minus one would end a multiplicative level; such spreads are left to calibration.
  const shock = Math.min(from.spread, 0.9);
  const stretch = from.spread / shock || 0;
  const { scale } = from.solution;
  for (let i = 0; i < h && shock > 0; i++) {
    const up = walk(from, { h, shockAt: i, shock });
    const down = walk(from, { h, shockAt: i, shock: -shock });
    for (let k = i; k < h; k++) factor[k * h + i] = ((up[k]! - down[k]!) / 2) * stretch * scale;
  }
  return factor;
}

interface Shocked {
  readonly h: number;
  /** Period of the only shock; −1 for none. */
  readonly shockAt: number;
  /** Relative for multiplicative errors, scaled units else. */
  readonly shock: number;
}

/** The path from the last states with at most one shock; the shocked period itself included. */
function walk(
  { solution, states, phase }: Beginning,
  { h, shockAt, shock }: Shocked,
): Float64Array {
  const { form, theta, m } = solution;
  const path = new Float64Array(h);
  const multiplied = form.season === 'M';
  const phi = theta[PHI]!;
  let level = states[LEVEL]!;
  let b = states[SLOPE]!;
  // Only the phase of the shock changes its seasonal state.
  let changed = 0;
  for (let k = 0; k < h; k++) {
    const j = (phase + k) % m;
    const own = shockAt >= 0 && k > shockAt && j === (phase + shockAt) % m ? changed : 0;
    const s = states[SEASONAL + j]! + own;
    const q = level + phi * b;
    const mean = multiplied ? q * s : q + s;
    b *= phi;
    level = q;
    path[k] = mean;
    if (k !== shockAt) continue;
    const e = form.error === 'M' ? mean * shock : shock;
    path[k] = mean + e;
    level += multiplied ? (theta[ALPHA]! * e) / s : theta[ALPHA]! * e;
    b += multiplied ? (theta[BETA]! * e) / s : theta[BETA]! * e;
    changed = multiplied ? (theta[GAMMA]! * e) / q : theta[GAMMA]! * e;
  }
  return path;
}
