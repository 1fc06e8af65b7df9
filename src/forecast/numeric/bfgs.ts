/** Quasi-Newton minimiser for smooth functions of some tens of variables. */

/**
 * Value at x; writes the gradient, which may be left alone where the value is above `ceiling`. May
 * answer Infinity outside its domain.
 */
export type Objective = (x: Float64Array, gradient: Float64Array, ceiling: number) => number;

/** A search that can be carried on: the curvature learned so far is kept. */
export interface Minimiser {
  /** The best point so far. */
  readonly x: Float64Array;
  readonly value: number;
  readonly converged: boolean;
  /** The inverse of the curvature as it was learned, row-major. */
  readonly inverse: Float64Array;
  /** Takes at most this many more steps; returns the value reached. */
  advance(steps: number): number;
}

interface Tolerance {
  /** Stops where a step gains less than this. */
  readonly gain: number;
  /** The inverse of the curvature as another search over a like objective has learned it; copied. */
  readonly inverse?: Float64Array | undefined;
}

const MOST_HALVINGS = 25;

/**
 * Begins a BFGS search with backtracking.
 * `objective` with gradient, finite at `start` · `start` copied · returns Minimiser
 * source Nocedal & Wright (2006), Numerical Optimization, algorithm 6.1 and eq. 6.20
 * checked against known minima in bfgs.test.ts, 1e-6
 */
export function beginBfgs(
  objective: Objective,
  start: Float64Array,
  tolerance: Tolerance,
): Minimiser {
  return new BfgsSearch(objective, start, tolerance);
}

class BfgsSearch implements Minimiser {
  readonly x: Float64Array;
  value: number;
  converged = false;
  readonly #objective: Objective;
  readonly #gain: number;
  readonly #gradient: Float64Array;
  readonly #nextGradient: Float64Array;
  readonly #next: Float64Array;
  readonly #direction: Float64Array;
  readonly #product: Float64Array;
  readonly inverse: Float64Array;
  #fresh = true;
  #idle = 0;

  constructor(objective: Objective, start: Float64Array, { gain, inverse }: Tolerance) {
    const n = start.length;
    this.#objective = objective;
    this.#gain = gain;
    this.x = Float64Array.from(start);
    this.#gradient = new Float64Array(n);
    this.#nextGradient = new Float64Array(n);
    this.#next = new Float64Array(n);
    this.#direction = new Float64Array(n);
    this.#product = new Float64Array(n);
    this.inverse = inverse?.slice() ?? new Float64Array(n * n);
    this.#fresh = inverse === undefined;
    this.value = objective(this.x, this.#gradient, Number.POSITIVE_INFINITY);
    if (!Number.isFinite(this.value)) this.converged = true;
  }

  advance(steps: number): number {
    for (let i = 0; i < steps && !this.converged; i++) this.#step();
    return this.value;
  }

  #step(): void {
    const n = this.x.length;
    if (this.#fresh) this.#reset();
    let slope = this.#aim();
    if (!(slope < 0)) {
      this.#reset();
      slope = this.#aim();
      if (!(slope < 0)) {
        this.converged = true;
        return;
      }
    }
    const before = this.value;
    const length = this.#search(slope);
    if (length === 0) {
      // With a curvature that misleads, one try along the plain gradient; then it is the minimum.
      if (this.#fresh) this.converged = true;
      this.#fresh = true;
      return;
    }
    this.#learn(length);
    for (let i = 0; i < n; i++) {
      this.x[i] = this.#next[i]!;
      this.#gradient[i] = this.#nextGradient[i]!;
    }
    this.#idle = before - this.value < this.#gain ? this.#idle + 1 : 0;
    if (this.#idle >= 2) this.converged = true;
  }

  /** Forgets the curvature: the first step then has length at most one half. */
  #reset(): void {
    const n = this.x.length;
    let norm = 0;
    for (let i = 0; i < n; i++) norm += this.#gradient[i]! ** 2;
    const scale = 0.5 / Math.max(1, Math.sqrt(norm));
    this.inverse.fill(0);
    for (let i = 0; i < n; i++) this.inverse[i * n + i] = scale;
    this.#fresh = true;
  }

  /** Sets the direction; returns the slope along it. */
  #aim(): number {
    const n = this.x.length;
    let slope = 0;
    for (let i = 0; i < n; i++) {
      let sum = 0;
      for (let j = 0; j < n; j++) sum -= this.inverse[i * n + j]! * this.#gradient[j]!;
      this.#direction[i] = sum;
      slope += sum * this.#gradient[i]!;
    }
    return slope;
  }

  /** Backtracks until the gain is a fair share of what the slope promised; 0 where none is found. */
  #search(slope: number): number {
    const n = this.x.length;
    let length = 1;
    for (let k = 0; k < MOST_HALVINGS; k++) {
      for (let i = 0; i < n; i++) this.#next[i] = this.x[i]! + length * this.#direction[i]!;
      const ceiling = this.value + 1e-4 * length * slope;
      const value = this.#objective(this.#next, this.#nextGradient, ceiling);
      if (value <= ceiling) {
        this.value = value;
        return length;
      }
      // The minimum of the parabola through both values and the slope, kept within reason.
      const bend = value - this.value - length * slope;
      const parabola = Number.isFinite(bend) ? (-slope * length * length) / (2 * bend) : 0;
      length = Math.min(0.5 * length, Math.max(0.1 * length, parabola));
    }
    return 0;
  }

  /** Updates the inverse Hessian from the step just found. */
  #learn(length: number): void {
    const n = this.x.length;
    const inverse = this.inverse;
    let curvature = 0;
    let change = 0;
    for (let i = 0; i < n; i++) {
      const y = this.#nextGradient[i]! - this.#gradient[i]!;
      curvature += y * length * this.#direction[i]!;
      change += y * y;
    }
    if (!(curvature > 1e-12 * change)) return;
    if (this.#fresh) {
      inverse.fill(0);
      for (let i = 0; i < n; i++) inverse[i * n + i] = curvature / change;
      this.#fresh = false;
    }
    let quadratic = 0;
    for (let i = 0; i < n; i++) {
      let sum = 0;
      for (let j = 0; j < n; j++) {
        sum += inverse[i * n + j]! * (this.#nextGradient[j]! - this.#gradient[j]!);
      }
      this.#product[i] = sum;
      quadratic += sum * (this.#nextGradient[i]! - this.#gradient[i]!);
    }
    const gain = (1 + quadratic / curvature) / curvature;
    for (let i = 0; i < n; i++) {
      const si = length * this.#direction[i]!;
      for (let j = 0; j < n; j++) {
        const sj = length * this.#direction[j]!;
        inverse[i * n + j]! +=
          gain * si * sj - (this.#product[i]! * sj + si * this.#product[j]!) / curvature;
      }
    }
  }
}
