/** A trace as lines of plain text, for the command line and for tests. */

import type { TraceInput, TraceStep } from './trace.ts';

/**
 * Renders a trace, step by step.
 *
 * `trace` steps in order · `decimals` places that are printed, default 2 · returns lines without
 * line ends: the result, then the formula, the inputs and the note, indented
 */
export function traceText(
  trace: readonly TraceStep[],
  { decimals = 2 }: { decimals?: number } = {},
): string[] {
  const lines: string[] = [];
  trace.forEach((step, index) => {
    const result = `${valueText(step.result, decimals)} ${step.unit}`;
    lines.push(`${index + 1}. ${step.label}: ${result}`);
    if (step.inputs.length > 0) {
      lines.push(`     ${step.formula}`);
      for (const input of step.inputs) lines.push(`     · ${inputText(input, decimals)}`);
    }
    if (step.note !== undefined) lines.push(`     (${step.note})`);
  });
  return lines;
}

function inputText({ name, value, unit, from }: TraceInput, decimals: number): string {
  const origin = from === undefined ? '' : `  ← ${from}`;
  return `${name} = ${valueText(value, decimals)} ${unit}${origin}`;
}

/** Probabilities such as 0.995 keep their digits; quantities do not grow a tail of nines. */
function valueText(value: number | string, decimals: number): string {
  if (typeof value === 'string') return value;
  const small = Math.abs(value) < 1 ? decimals + 4 : decimals;
  return String(Number(value.toFixed(small)));
}
