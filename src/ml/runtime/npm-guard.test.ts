import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { takeFileLock } from '../file-lock.ts';

const GUARD = new URL('./npm-guard.ts', import.meta.url).href;
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'parstock-guard-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** What npm would be under the guard: a program whose first deed is to write a file. */
function runGuarded(parent: number) {
  const written = join(folder, 'written');
  const { signal } = spawnSync(
    process.execPath,
    ['--import', GUARD, '-e', `require('node:fs').writeFileSync(${JSON.stringify(written)}, '')`],
    {
      env: {
        ...process.env,
        PARSTOCK_NPM_LOCK: join(folder, 'npm.lock'),
        PARSTOCK_NPM_PARENT: String(parent),
      },
      stdio: ['pipe', 'ignore', 'ignore'],
    },
  );
  return { signal, wrote: existsSync(written) };
}

test('npm runs for the installer that started it', () => {
  expect(runGuarded(process.pid)).toEqual({ signal: null, wrote: true });
});

test('npm whose installer was killed before it began ends without a write', () => {
  expect(runGuarded(process.pid + 1)).toEqual({ signal: 'SIGKILL', wrote: false });
});

test('npm ends without a write where another one is still there', () => {
  const other = takeFileLock(join(folder, 'npm.lock'));
  expect(runGuarded(process.pid)).toEqual({ signal: 'SIGKILL', wrote: false });
  other?.release();
});
