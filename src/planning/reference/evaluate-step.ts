/** Computes a trace step anew from nothing but its printed formula and its inputs. */

import { normalCdf, normalPdf, normalQuantile } from '../../forecast/index.ts';
import type { TraceStep } from '../index.ts';

const FUNCTIONS = {
  // Dust of floating-point arithmetic does not make another pack.
  ceil: (x: number) => Math.ceil(x - 1e-6),
  floor: (x: number) => Math.floor(x + 1e-6),
  max: Math.max,
  min: Math.min,
  sqrt: Math.sqrt,
  quantile: normalQuantile,
  cdf: normalCdf,
  pdf: normalPdf,
};

/** What the step should say: the value of its formula, or whether its condition holds. */
export function evaluateStep(step: TraceStep): { value: number } | { holds: boolean } {
  const [left, condition] = step.formula.split(' such that ');
  if (condition === undefined) return { value: evaluate(step, left!) };
  const relation = /[=≤≥]/.exec(condition)![0];
  const [a, b] = condition.split(relation).map((side) => evaluate(step, side, left!));
  const near = 1e-6 * Math.max(1, Math.abs(a!), Math.abs(b!));
  if (relation === '=') return { holds: Math.abs(a! - b!) <= near };
  return { holds: relation === '≥' ? a! >= b! - near : a! <= b! + near };
}

function evaluate(step: TraceStep, text: string, unknown = 'nothing'): number {
  const values = step.inputs.map(({ value }) => Number(value));
  const byLength = step.inputs
    .map(({ name }, index) => ({ name, index }))
    .sort((a, b) => b.name.length - a.name.length);
  let code = text
    .replace('sum of inputs', `(${values.join(' + ') || '0'})`)
    .replace('sum of products', `(${products(values)})`);
  for (const { name, index } of byLength) code = code.replaceAll(name, `v[${index}]`);
  code = code
    .replaceAll('×', '*')
    .replaceAll('÷', '/')
    .replaceAll('−', '-')
    .replaceAll('√', 'sqrt')
    .replaceAll('Φ⁻¹', 'quantile')
    .replaceAll('Φ', 'cdf')
    .replaceAll('φ', 'pdf');
  const names = Object.keys(FUNCTIONS);
  const compute = new Function('v', unknown, ...names, `return ${code};`);
  return compute(values, step.result, ...Object.values(FUNCTIONS));
}

function products(values: readonly number[]): string {
  const terms: string[] = [];
  for (let i = 0; i + 1 < values.length; i += 2) terms.push(`${values[i]} * ${values[i + 1]}`);
  return terms.join(' + ');
}
