import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { removeFolder } from './remove-folder.ts';

test('removes a folder that somebody still writes into', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'parstock-remove-'));
  mkdirSync(join(folder, 'deep'));
  let written = 0;
  const write = () => {
    if (existsSync(join(folder, 'deep')))
      for (let i = 0; i < 20; i++) writeFileSync(join(folder, 'deep', `${written++}`), '');
  };
  write();
  const writer = setInterval(write, 1);
  setTimeout(() => clearInterval(writer), 200);
  await removeFolder(folder);
  expect(existsSync(folder)).toBe(false);
  clearInterval(writer);
});

test('does nothing where there is none', async () => {
  await expect(removeFolder(join(tmpdir(), 'parstock-never-made'))).resolves.toBeUndefined();
});
