import { withDays } from '../format/date.ts';
import { decimal } from '../format/number.ts';
import type { TraceStep } from '../queries/proposals.ts';

/** A value of the arithmetic as a person writes it: whole, or with the decimals that matter. */
export function traceValue(value: number | string): string {
  if (typeof value === 'string') return withDays(value);
  if (Number.isInteger(value)) return decimal(value);
  return decimal(value, Math.abs(value) < 1 ? 4 : 2);
}

const singulars: Readonly<Record<string, string>> = {
  units: 'unit',
  days: 'day',
  periods: 'period',
};

/** The arithmetic names its units in the plural: "1 day", but "2 days". */
export function unitOf(value: number | string, unit: string): string {
  return traceValue(value) === '1' ? (singulars[unit] ?? unit) : unit;
}

export function withUnit(value: number | string, unit: string): string {
  return unit ? `${traceValue(value)} ${unitOf(value, unit)}` : traceValue(value);
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

type Formula = Pick<TraceStep, 'formula' | 'inputs'>;

/** Matches the names as whole words; the longest first, or "lead time" eats "lead time sd". */
function namesPattern(names: readonly string[]): RegExp | null {
  const known = names.filter(Boolean).sort((a, b) => b.length - a.length);
  if (known.length === 0) return null;
  const words = known.map(escaped).join('|');
  return new RegExp(`(?<![\\p{L}\\p{N}_])(?:${words})(?![\\p{L}\\p{N}_])`, 'gu');
}

function bracketed(value: number | string): string {
  const shown = traceValue(value);
  return typeof value === 'number' && value < 0 ? `(${shown})` : shown;
}

/** "a × b + c × d" over the inputs, two by two. */
function products(values: readonly (number | string)[]): string {
  const terms: string[] = [];
  for (let i = 0; i + 1 < values.length; i += 2) {
    terms.push(
      values
        .slice(i, i + 2)
        .map(bracketed)
        .join(' × '),
    );
  }
  return terms.join(' + ');
}

/**
 * The formula with its names replaced by their values: "on hand − committed" → "120 − 8". What a
 * formula sums without naming it is written out. Null where that says nothing new.
 */
export function substituted({ formula, inputs }: Formula): string | null {
  const values = new Map(inputs.map((input) => [input.name, input.value]));
  const pattern = namesPattern([...values.keys()]);
  if (!pattern || values.has(formula)) return null;
  const named = new Set(formula.match(pattern));
  const unnamed = inputs.filter((input) => !named.has(input.name)).map((input) => input.value);
  const text = formula
    .replace(pattern, (name) => bracketed(values.get(name) as number | string))
    .replace('sum of products', () => products(unnamed))
    .replace('sum of inputs', () => unnamed.map(bracketed).join(' + '));
  return text === formula ? null : text;
}

/** Whether the formula says more than the name of its only input. */
export function isTelling({ formula, inputs }: Formula): boolean {
  return !inputs.some((input) => input.name === formula);
}
