/** The arithmetic behind a proposal, as data that the page, the API and the command line print. */

/** A value that goes into a step. */
export interface TraceInput {
  readonly name: string;
  readonly value: number | string;
  readonly unit: string;
  /** The id of the earlier step whose result this is. */
  readonly from?: string;
}

/**
 * One step: its inputs, the formula over their names, and the result.
 *
 * The formula can be evaluated: names are those of the inputs, with + − × ÷ √ max min ceil floor,
 * Φ (normal distribution), Φ⁻¹ (its quantile), φ (its density), `sum of inputs`, and `sum of
 * products`: first input × second + third × fourth and so on, a last one without a partner left
 * out.
 * `x such that A = B` (or ≥, ≤) means that the result was found by search, and A = B checks it.
 */
export interface TraceStep {
  /** Unique in a trace, stable across versions: `stock-position`, `order-multiple` … */
  readonly id: string;
  readonly label: string;
  readonly formula: string;
  readonly inputs: readonly TraceInput[];
  readonly result: number | string;
  readonly unit: string;
  readonly note?: string;
}

/** One input of a step; `from` names the earlier step that it comes from. */
export function traceInput(
  name: string,
  value: number | string,
  origin: { unit: string; from?: string },
): TraceInput {
  const { unit, from } = origin;
  return from === undefined ? { name, value, unit } : { name, value, unit, from };
}
