import { expect, test } from 'vitest';
import { press } from './shortcuts.ts';

const keys = ['?', '/', 'j', 'g t', 'g o'];

test('one key is one shortcut', () => {
  expect(press(keys, null, '?')).toEqual({ pending: null, match: '?' });
  expect(press(keys, null, 'x')).toEqual({ pending: null, match: null });
});

test('two keys one after the other are another', () => {
  expect(press(keys, null, 'g')).toEqual({ pending: 'g', match: null });
  expect(press(keys, 'g', 'o')).toEqual({ pending: null, match: 'g o' });
});

test('a sequence that leads nowhere gives the key its own meaning', () => {
  expect(press(keys, 'g', 'j')).toEqual({ pending: null, match: 'j' });
  expect(press(keys, 'g', 'g')).toEqual({ pending: 'g', match: null });
  expect(press(keys, 'g', 'x')).toEqual({ pending: null, match: null });
});
