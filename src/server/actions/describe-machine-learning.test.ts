import { expect, test } from 'vitest';
import { describeMachineLearning } from './describe-machine-learning.ts';

const noteOf = (state: string, methods: Record<string, number>) =>
  describeMachineLearning({
    // Only what was written down of machine learning is read.
    options: { machineLearning: { state, reason: 'no network.' } } as never,
    methods,
  })?.note;

test('a method that the engine has not is machine learning, whatever its checkpoint is called', () => {
  expect(noteOf('ready', { ets: 3, 'chronos-bolt-tiny': 2, 'our-own-model': 4 })).toBe(
    'Machine learning was the best method for 6 series of this run.',
  );
  expect(noteOf('ready', { ets: 3, trees: 2, combination: 5 })).toMatch(
    /nowhere the best method by itself/,
  );
});

test('where there was none, the note says why', () => {
  expect(noteOf('off', { ets: 3 })).toMatch(/is switched off\.$/);
  expect(noteOf('failed', {})).toMatch(/is not installed \(no network\)\.$/);
  expect(noteOf('installing', {})).toMatch(/was not installed yet\.$/);
});
