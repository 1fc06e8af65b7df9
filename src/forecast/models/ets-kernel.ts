import { ADDITIVE } from './ets-additive.ts';
import type { EtsForm } from './ets-form.ts';
import type { EtsPass, EtsRecursion, EtsTrace } from './ets-layout.ts';
import { MULTIPLICATIVE } from './ets-multiplicative.ts';

/** What a pass leaves for the way back; grown when needed, shared by all passes. */
let trace = newTrace(1024);

function newTrace(n: number): EtsTrace {
  return {
    base: new Float64Array(n),
    slope: new Float64Array(n),
    seasonal: new Float64Array(n),
    error: new Float64Array(n),
    squares: 0,
    observed: 0,
  };
}

function recursionOf({ error }: EtsForm): EtsRecursion {
  return error === 'M' ? MULTIPLICATIVE : ADDITIVE;
}

/**
 * Runs the recursions through a history, and gives −2 log likelihood without its constants:
 * n ln Σe² and, for multiplicative errors, 2 Σ ln|μ| with relative e. A NaN period moves the
 * states along without an error.
 * `theta` parameters and first states · `states` receives the last states · returns the value, Infinity out of domain
 * source Hyndman et al. (2008), table 2.2 and eq. 5.3
 * checked against reference/models.json, R forecast 8.20 ets at R's own parameters, 1e-6
 */
export function etsValue(pass: EtsPass, theta: Float64Array, states: Float64Array): number {
  const n = pass.y.length;
  if (trace.error.length < n) trace = newTrace(2 * n);
  const logs = recursionOf(pass.form).forward(pass, theta, { states, trace });
  const value = trace.observed * Math.log(trace.squares) + logs;
  return Number.isNaN(value) ? Number.POSITIVE_INFINITY : value;
}

/** One-step errors of the pass that ran last, units of its y; NaN where not observed. */
export function lastErrors({ y, form }: EtsPass): Float64Array {
  const { base, seasonal, error } = trace;
  return y.map((actual, t) => {
    if (Number.isNaN(actual)) return Number.NaN;
    if (form.error === 'A') return error[t]!;
    return actual - (form.season === 'M' ? base[t]! * seasonal[t]! : base[t]! + seasonal[t]!);
  });
}

/**
 * The gradient of etsValue by its theta, one pass backwards whatever the number of states. Must
 * follow an etsValue of the same pass that was finite.
 * `gradient` receives ∂value/∂theta, every phase as if free
 * source Griewank & Walther (2008), Evaluating Derivatives, ch. 3 (reverse mode), worked out by hand
 * checked against central differences in ets-kernel.test.ts, 1e-5 relative
 */
export function etsGradient(pass: EtsPass, theta: Float64Array, gradient: Float64Array): void {
  const weight = (2 * trace.observed) / trace.squares;
  gradient.fill(0);
  recursionOf(pass.form).backward(pass, theta, { gradient, trace, weight });
}
