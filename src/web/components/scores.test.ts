import { expect, test } from 'vitest';
import type { ProductForecast, Score } from '../queries/products.ts';
import { gainOverSeasonalNaive, rankScores, reasonSentence } from './scores.ts';

function scored(method: string, mase: number | null): Score {
  return { method, mase, rmsse: null, sql: null, bias: null, coverage80: null, windows: 3 };
}

const scores = [scored('seasonal-naive', 1), scored('ets', null), scored('theta', 0.8)];

test('methods stand best first, those without a score last', () => {
  expect(rankScores(scores).map(({ method }) => method)).toEqual([
    'theta',
    'seasonal-naive',
    'ets',
  ]);
});

test('the gain is over seasonal naive, and unknown where there is nothing to compare', () => {
  expect(gainOverSeasonalNaive(scores, 'theta')).toBeCloseTo(0.2, 12);
  expect(gainOverSeasonalNaive(scores, 'seasonal-naive')).toBeNull();
  expect(gainOverSeasonalNaive(scores, 'ets')).toBeNull();
  expect(gainOverSeasonalNaive([scored('theta', 0.8)], 'theta')).toBeNull();
});

test('a method that does worse than repeating last season is not praised', () => {
  const forecast = { reason: 'Only one was possible', method: 'theta' } as ProductForecast;
  const worse = { ...forecast, scores: [scored('seasonal_naive', 1), scored('theta', 1.1)] };
  expect(reasonSentence(worse)).toBe(
    'Only one was possible. The error of this method is 10 % larger than that of repeating last season.',
  );
  expect(reasonSentence({ ...forecast, reason: 'Lowest error.', scores })).toBe(
    'Lowest error. The error of this method is 20 % smaller than that of repeating last season.',
  );
});
