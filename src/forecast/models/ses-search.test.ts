import { expect, test } from 'vitest';
import { seededRandom } from '../numeric/random.ts';
import { searchSes } from './ses-search.ts';

/** Σe² of plain smoothing. */
function squaresOf(y: Float64Array, alpha: number, first: number): number {
  let level = first;
  let squares = 0;
  for (const value of y) {
    if (Number.isNaN(value)) continue;
    const e = value - level;
    squares += e * e;
    level += alpha * e;
  }
  return squares;
}

/** The first level with the least Σe², from three points of the parabola that Σe² is in it. */
function levelFor(y: Float64Array, alpha: number): number {
  const [low, middle, high] = [-1, 0, 1].map((level) => squaresOf(y, alpha, level)) as Three;
  return (low - high) / (2 * (low - 2 * middle + high));
}
type Three = [number, number, number];

const random = seededRandom('ses-search', 1);
const walk = (share: number, length: number): Float64Array => {
  let level = 5;
  return Float64Array.from({ length }, (_, t) => {
    level += share * random.normal();
    return t % 11 === 7 ? Number.NaN : level + random.normal();
  });
};

test.each([0, 0.02, 0.1, 0.5, 2, 20].flatMap((share) => [8, 30, 200].map((n) => [share, n])))(
  'a level that moves by %d of the noise, %i periods: no weight fits better',
  (share, length) => {
    const y = walk(share, length);
    const { alpha, level } = searchSes(y);
    const found = squaresOf(y, alpha, level);
    for (let tried = 0.001; tried < 0.9999; tried += 0.001) {
      const other = squaresOf(y, tried, levelFor(y, tried));
      expect(found).toBeLessThanOrEqual(other * (1 + 1e-9));
    }
  },
);

test('demand far from nought loses no digits to it', () => {
  const y = walk(0.3, 100);
  const { alpha, level } = searchSes(y);
  const far = searchSes(y.map((value) => value + 2 ** 30));
  expect(far.alpha).toBeCloseTo(alpha, 5);
  expect(far.level - 2 ** 30).toBeCloseTo(level, 5);
});

test('a constant has its level, and a weight that would follow a change', () => {
  expect(searchSes(new Float64Array(20).fill(3))).toEqual({ alpha: 0.1, level: 3 });
});
