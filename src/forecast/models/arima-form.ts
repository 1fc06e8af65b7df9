/** Orders of a seasonal ARIMA model and the two polynomials that its coefficients multiply out to. */

/** ARIMA(p,d,q)(P,D,Q)m. */
export interface ArimaForm {
  readonly p: number;
  readonly d: number;
  readonly q: number;
  readonly P: number;
  readonly D: number;
  readonly Q: number;
  /** Season length, periods; 1 for none. */
  readonly m: number;
  /** A mean where nothing is differenced, a drift where one difference is taken. */
  readonly constant: boolean;
}

/** Coefficients as they are written down: signs as in Box & Jenkins for AR, plus for MA. */
export interface ArimaCoefficients {
  readonly phi: Float64Array;
  readonly theta: Float64Array;
  readonly seasonalPhi: Float64Array;
  readonly seasonalTheta: Float64Array;
  /** Mean of the differenced demand, scaled. */
  readonly constant: number;
}

/** A polynomial in the lag operator without its leading one, ascending lags. */
export interface LagPolynomial {
  readonly lags: Int32Array;
  readonly weights: Float64Array;
}

/**
 * What a reader calls the model.
 * `form` orders · returns for example `ARIMA(1,1,1)(0,1,1)12`
 */
export function arimaName({ p, d, q, P, D, Q, m, constant }: ArimaForm): string {
  const seasonal = m > 1 && P + D + Q > 0 ? `(${P},${D},${Q})${m}` : '';
  const with_ = constant ? (d + D === 0 ? ' with mean' : ' with drift') : '';
  return `ARIMA(${p},${d},${q})${seasonal}${with_}`;
}

/** Number of coefficients, the constant included and the variance not. */
export function arimaSize({ p, q, P, Q, constant }: ArimaForm): number {
  return p + q + P + Q + (constant ? 1 : 0);
}

/**
 * Multiplies an ordinary and a seasonal polynomial out.
 * `ordinary`, `seasonal` weights by order · `m` season, periods · `cross` −1 for AR, +1 for MA
 * returns LagPolynomial: w_t = Σ weight · w_{t−lag}
 */
export function multiplyOut(
  ordinary: Float64Array,
  seasonal: Float64Array,
  { m, cross }: { m: number; cross: 1 | -1 },
): LagPolynomial {
  if (ordinary.length < m) return multiplyApart(ordinary, seasonal, { m, cross });
  const degree = ordinary.length + m * seasonal.length;
  const dense = new Float64Array(degree + 1);
  for (let i = 0; i < ordinary.length; i++) dense[i + 1]! += ordinary[i]!;
  for (let j = 0; j < seasonal.length; j++) {
    dense[m * (j + 1)]! += seasonal[j]!;
    for (let i = 0; i < ordinary.length; i++) {
      dense[m * (j + 1) + i + 1]! += cross * ordinary[i]! * seasonal[j]!;
    }
  }
  let count = 0;
  for (let lag = 1; lag <= degree; lag++) if (dense[lag] !== 0) count++;
  const lags = new Int32Array(count);
  const weights = new Float64Array(count);
  for (let lag = 1, i = 0; lag <= degree; lag++) {
    if (dense[lag] === 0) continue;
    lags[i] = lag;
    weights[i++] = dense[lag]!;
  }
  return { lags, weights };
}

/**
 * The same where no two products fall on one lag, which is nearly always: they come in ascending order. A search
 * multiplies out at every step; without this way ARIMA takes 1.4 times as long.
 */
function multiplyApart(
  ordinary: Float64Array,
  seasonal: Float64Array,
  { m, cross }: { m: number; cross: 1 | -1 },
): LagPolynomial {
  const size = (ordinary.length + 1) * (seasonal.length + 1) - 1;
  const lags = new Int32Array(size);
  const weights = new Float64Array(size);
  let at = 0;
  for (let j = 0; j <= seasonal.length; j++) {
    if (j > 0) {
      lags[at] = m * j;
      weights[at++] = seasonal[j - 1]!;
    }
    const factor = j === 0 ? 1 : cross * seasonal[j - 1]!;
    for (let i = 0; i < ordinary.length; i++) {
      lags[at] = m * j + i + 1;
      weights[at++] = factor * ordinary[i]!;
    }
  }
  return { lags, weights };
}

/**
 * Degree of a polynomial.
 * `polynomial` ascending · returns the largest lag, 0 for none
 */
export function degreeOf({ lags }: LagPolynomial): number {
  return lags.length === 0 ? 0 : lags[lags.length - 1]!;
}

/**
 * The polynomial as one array by lag.
 * `polynomial` ascending · `size` at least its degree · returns weights of lags 1 … size
 */
export function denseWeights({ lags, weights }: LagPolynomial, size: number): Float64Array {
  const dense = new Float64Array(size);
  for (let i = 0; i < lags.length; i++) dense[lags[i]! - 1] = weights[i]!;
  return dense;
}

/**
 * Takes the differences of a model.
 * `y` units · `form` d and D · returns units, length n − d − mD
 */
export function difference(
  y: Float64Array,
  { d, D, m }: Pick<ArimaForm, 'd' | 'D' | 'm'>,
): Float64Array {
  let x = y;
  for (let i = 0; i < D; i++) x = lagged(x, m);
  for (let i = 0; i < d; i++) x = lagged(x, 1);
  return x;
}

function lagged(x: Float64Array, lag: number): Float64Array {
  const out = new Float64Array(Math.max(0, x.length - lag));
  for (let t = 0; t < out.length; t++) out[t] = x[t + lag]! - x[t]!;
  return out;
}

/**
 * The differences as a polynomial: y_t = w_t + Σ weight · y_{t−lag}.
 * `form` d and D · returns LagPolynomial, empty for no differences
 */
export function differencing({ d, D, m }: Pick<ArimaForm, 'd' | 'D' | 'm'>): LagPolynomial {
  let dense = Float64Array.from([1]);
  const times = (lag: number): void => {
    const next = new Float64Array(dense.length + lag);
    for (let i = 0; i < dense.length; i++) {
      next[i]! += dense[i]!;
      next[i + lag]! -= dense[i]!;
    }
    dense = next;
  };
  for (let i = 0; i < D; i++) times(m);
  for (let i = 0; i < d; i++) times(1);
  const lags: number[] = [];
  for (let lag = 1; lag < dense.length; lag++) if (dense[lag] !== 0) lags.push(lag);
  return {
    lags: Int32Array.from(lags),
    weights: Float64Array.from(lags, (lag) => -dense[lag]!),
  };
}
