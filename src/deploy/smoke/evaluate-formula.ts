/** A trace step of a proposal, as the API gives it. */
export interface TraceStep {
  readonly id: string;
  readonly formula: string;
  readonly inputs: readonly {
    readonly name: string;
    readonly value: number | string;
    readonly from?: string | undefined;
  }[];
  readonly result: number | string;
}

const FUNCTIONS: Readonly<Record<string, (...values: number[]) => number>> = {
  // Dust of floating-point arithmetic does not make another pack.
  ceil: (x) => Math.ceil(x! - 1e-6),
  floor: (x) => Math.floor(x! + 1e-6),
  max: Math.max,
  min: Math.min,
};
const OPERATORS: Readonly<Record<string, readonly [rank: number, apply: Operator]>> = {
  '+': [1, (a, b) => a + b],
  '−': [1, (a, b) => a - b],
  '×': [2, (a, b) => a * b],
  '÷': [2, (a, b) => a / b],
};
type Operator = (a: number, b: number) => number;

/**
 * The value of a step's printed formula over its printed inputs, worked out here from nothing else; null
 * for a formula of probability theory, which takes more than arithmetic.
 */
export function evaluateFormula({ formula, inputs }: TraceStep): number | null {
  if (formula === 'sum of inputs') return inputs.reduce((sum, { value }) => sum + Number(value), 0);
  const tokens = tokensOf(formula, inputs);
  if (tokens === null) return null;
  const rest = [...tokens];
  const value = readSum(rest, 1);
  return rest.length === 0 && value !== null && Number.isFinite(value) ? value : null;
}

type Token = number | string;

/** Numbers for names, longest name first, since names may hold others. */
function tokensOf(formula: string, inputs: TraceStep['inputs']): Token[] | null {
  const names = [...inputs].sort((a, b) => b.name.length - a.name.length);
  const tokens: Token[] = [];
  let text = formula.trim();
  while (text.length > 0) {
    const input = names.find(({ name }) => text.startsWith(name));
    const word = /^(?:ceil|floor|max|min)(?=\()|^[-+−×÷(),]|^\d+(?:\.\d+)?/.exec(text)?.[0];
    if (input) tokens.push(Number(input.value));
    else if (word === undefined) return null;
    else tokens.push(/^\d/.test(word) ? Number(word) : word === '-' ? '−' : word);
    text = text.slice((input?.name ?? word!).length).trimStart();
  }
  return tokens;
}

/** Terms bound by operators of this rank or a higher one. */
function readSum(tokens: Token[], rank: number): number | null {
  if (rank > 2) return readTerm(tokens);
  let value = readSum(tokens, rank + 1);
  for (;;) {
    const operator = OPERATORS[String(tokens[0])];
    if (value === null || operator?.[0] !== rank) return value;
    tokens.shift();
    const right = readSum(tokens, rank + 1);
    if (right === null) return null;
    value = operator[1](value, right);
  }
}

function readTerm(tokens: Token[]): number | null {
  const token = tokens.shift();
  if (typeof token === 'number') return token;
  if (token === '(') {
    const value = readSum(tokens, 1);
    return tokens.shift() === ')' ? value : null;
  }
  const apply = token === undefined ? undefined : FUNCTIONS[token];
  if (!apply || tokens.shift() !== '(') return null;
  const values: number[] = [];
  for (;;) {
    const value = readSum(tokens, 1);
    if (value === null) return null;
    values.push(value);
    const next = tokens.shift();
    if (next === ')') return apply(...values);
    if (next !== ',') return null;
  }
}
