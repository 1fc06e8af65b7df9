import { decimal } from '../format/number.ts';
import type { TraceStep } from '../queries/proposals.ts';

/** A value of the arithmetic as a person writes it: whole, or with the decimals that matter. */
export function traceValue(value: number | string): string {
  if (typeof value === 'string') return value;
  if (Number.isInteger(value)) return decimal(value);
  return decimal(value, Math.abs(value) < 1 ? 4 : 2);
}

export function withUnit(value: number | string, unit: string): string {
  return unit ? `${traceValue(value)} ${unit}` : traceValue(value);
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/**
 * The formula with its names replaced by their values: "on hand − committed" → "120 − 8". Null where
 * that says nothing new: no input occurs in it.
 */
export function substituted(step: Pick<TraceStep, 'formula' | 'inputs'>): string | null {
  const values = new Map(step.inputs.map((input) => [input.name, input.value]));
  // Longest first, so that "lead time" does not eat the start of "lead time sd".
  const names = [...values.keys()].filter(Boolean).sort((a, b) => b.length - a.length);
  if (names.length === 0) return null;
  const pattern = new RegExp(
    `(?<![\\p{L}\\p{N}_])(?:${names.map(escaped).join('|')})(?![\\p{L}\\p{N}_])`,
    'gu',
  );
  const text = step.formula.replace(pattern, (name) => {
    const value = values.get(name) as number | string;
    const shown = traceValue(value);
    return typeof value === 'number' && value < 0 ? `(${shown})` : shown;
  });
  return text === step.formula ? null : text;
}
