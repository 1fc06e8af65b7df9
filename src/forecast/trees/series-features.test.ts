import { expect, it } from 'vitest';
import { featureNames, SeriesFeatures } from './series-features.ts';

const PLAN = {
  season: 7,
  frequency: 'D',
  dated: false,
  covariates: [],
  priced: false,
  categories: [],
  ids: [],
} as const;

it('tells a young series from an old one, and old ones not by their date', () => {
  const series = { id: 'sku', y: Array.from({ length: 1000 }, (_, t) => t % 7) };
  const features = SeriesFeatures.of(series, PLAN);
  const names = featureNames(PLAN);
  const age = (known: number) => {
    const row = new Float64Array(names.length);
    features.fill(row, { at: 0, known, target: known });
    return row[names.indexOf('age')]!;
  };
  expect(age(200)).toBeGreaterThan(age(100));
  expect(age(900)).toBe(age(600));
});
