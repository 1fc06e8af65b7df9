import { expect, test } from 'vitest';
import { compareVersions } from './version.ts';

test('orders versions as semver does', () => {
  // The example of section 11, with more numbers around it.
  const ordered = [
    '0.1.0',
    '0.9.3',
    '0.10.0',
    '1.0.0-alpha',
    '1.0.0-alpha.1',
    '1.0.0-alpha.beta',
    '1.0.0-beta',
    '1.0.0-beta.2',
    '1.0.0-beta.11',
    '1.0.0-rc.1',
    '1.0.0',
    '1.0.1',
  ];
  for (const [i, a] of ordered.entries())
    for (const [j, b] of ordered.entries())
      expect(Math.sign(compareVersions(a, b)), `${a} and ${b}`).toBe(Math.sign(i - j));
});

test('what was built after the sign of addition does not count', () => {
  expect(compareVersions('1.0.0+one', '1.0.0+two')).toBe(0);
});

test('knows what is no version', () => {
  expect(() => compareVersions('1.0', '1.0.0')).toThrow('no version');
});
