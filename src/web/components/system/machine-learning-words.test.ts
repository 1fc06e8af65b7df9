import { expect, test } from 'vitest';
import type { MachineLearning } from '../../queries/status.ts';
import { isMoving } from '../../queries/status.ts';
import { progressWords, retryWords, size } from './machine-learning-words.ts';

const report: MachineLearning = {
  state: 'installing',
  reason: '',
  code: null,
  phase: 'runtime',
  bytes: { done: 120_000_000, total: 400_000_000 },
  failures: 0,
  nextTryAt: null,
  runtimeVersion: null,
  models: [],
};

test('sizes read as storage is sold', () => {
  expect([34_623_472, 477_931_539, 821_204_699, 1_234_000_000].map(size)).toEqual([
    '34.6 MB',
    '478 MB',
    '821 MB',
    '1.2 GB',
  ]);
});

test('the runtime’s size is only about known, a model’s exactly', () => {
  expect(progressWords(report)).toBe('ONNX Runtime: 120 MB of about 400 MB');
  const model = { ...report, phase: 'chronos-2', bytes: { done: 0, total: 477_931_539 } };
  expect(progressWords(model)).toBe('chronos-2: 0 MB of 478 MB');
  expect(progressWords({ ...report, phase: null, bytes: null })).toBeNull();
});

test('the next try is named, with how often it has failed', () => {
  const failed = { ...report, state: 'failed' as const, nextTryAt: '2026-11-23T12:00:00Z' };
  expect(retryWords({ ...failed, failures: 1 })).toMatch(/^The next try is at .+\.$/);
  expect(retryWords({ ...failed, failures: 3 })).toContain('failed 3 times');
  expect(retryWords(report)).toBeNull();
});

test('the page looks often only while something moves', () => {
  expect(isMoving(report)).toBe(true);
  expect(isMoving({ ...report, state: 'ready' })).toBe(false);
  expect(isMoving({ ...report, state: 'failed' })).toBe(false);
});
