import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from './source-files.ts';

test('every file and every export is used, and the packages listed are those imported', () => {
  const kinds = 'files,exports,types,duplicates,unlisted,unresolved,dependencies';
  const words = [
    join(root, 'node_modules/knip/bin/knip.js'),
    '--no-progress',
    '--no-config-hints',
    '--include',
    kinds,
  ];
  const { stdout, stderr } = spawnSync(process.execPath, words, { cwd: root, encoding: 'utf8' });
  expect(`${stdout}${stderr}`.trim()).toBe('');
});
