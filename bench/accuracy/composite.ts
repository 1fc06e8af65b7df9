/** Six data sets as one figure, as fev's zero-shot benchmark puts them together. */

/** Scores of seasonal naive, as published by fev. */
const SEASONAL_NAIVE: Readonly<Record<string, { mase: number; wql: number }>> = {
  m3_monthly: { mase: 1.1462, wql: 0.1485 },
  m3_quarterly: { mase: 1.4253, wql: 0.1013 },
  m3_yearly: { mase: 3.1717, wql: 0.1665 },
  tourism_monthly: { mase: 1.6309, wql: 0.1042 },
  tourism_quarterly: { mase: 1.699, wql: 0.1194 },
  nn5: { mase: 1.2917, wql: 0.4246 },
};

/** What is wanted of the six together. */
export const WANTED = { mase: 0.76, wql: 0.61 };

interface Scored {
  readonly data: string;
  readonly mase?: number;
  readonly wql?: number;
}

/**
 * Geometric mean over the six of error over that of seasonal naive.
 * `rows` of one method · returns both figures, or undefined where one of the six is missing
 */
export function composite(rows: readonly Scored[]): { mase: number; wql: number } | undefined {
  const names = Object.keys(SEASONAL_NAIVE);
  const own = names.map((name) => rows.find(({ data }) => data === name));
  if (own.some((row) => row === undefined)) return undefined;
  const of = (measure: 'mase' | 'wql') =>
    Math.exp(
      own.reduce((sum, row, i) => {
        const peer = SEASONAL_NAIVE[names[i]!]!;
        return sum + Math.log(row![measure]! / peer[measure]) / names.length;
      }, 0),
    );
  return { mase: of('mase'), wql: of('wql') };
}
