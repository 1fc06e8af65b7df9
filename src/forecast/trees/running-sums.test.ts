import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RunningSums } from './running-sums.ts';

const demand = fc.array(fc.constantFrom(0, 0, 0, 1, 7, Number.NaN), {
  minLength: 1,
  maxLength: 60,
});

function longestRun(part: readonly number[]): number {
  let [run, longest] = [0, 0];
  for (const value of part.filter((one) => !Number.isNaN(one))) {
    run = value > 0 ? 0 : run + 1;
    longest = Math.max(longest, run);
  }
  return longest;
}

describe('the longest rest', () => {
  it('is the longest run of observed periods without a sale, in any stretch', () => {
    fc.assert(
      fc.property(demand, fc.nat(60), fc.nat(60), (y, a, b) => {
        const [from, to] = [Math.min(a, b, y.length), Math.min(Math.max(a, b), y.length)];
        const found = RunningSums.of(y, 7).longestRest(from, to);
        expect(found).toBe(longestRun(y.slice(from, to)));
      }),
    );
  });

  it('goes on along a path', () => {
    const sums = RunningSums.of([3, 0, 0, 5, 5, 5], 7).fork(3, 4);
    for (const value of [0, 0, 2, 0]) sums.add(value);
    expect(sums.longestRest(0, 7)).toBe(4);
    expect(sums.longestRest(2, 7)).toBe(3);
  });
});
