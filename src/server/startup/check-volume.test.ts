import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkOwner, checkVolume } from './check-volume.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'parstock-volume-'));
  chmodSync(folder, 0o755);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const MODULE = fileURLToPath(new URL('./check-volume.ts', import.meta.url));
const STRANGER = 4242;

/** The same as a user without rights, in a process of its own; the details of the refusal. */
function asStranger(verb: 'checkVolume' | 'checkOwner', path: string): Record<string, string> {
  const script = `process.setgroups([]); process.setgid(${STRANGER}); process.setuid(${STRANGER});
    const refusal = await volume.${verb}(${JSON.stringify(path)}).catch((error) => error);
    console.log(JSON.stringify(refusal?.details ?? {}));`;
  const text = `const volume = await import(${JSON.stringify(MODULE)});\n${script}`;
  const words = ['--input-type=module', '--eval', text];
  return JSON.parse(execFileSync(process.execPath, words, { encoding: 'utf8' }));
}

test('makes the folder, and leaves nothing in it', async () => {
  const deep = join(folder, 'a/b');
  await checkVolume(deep);
  expect(readdirSync(deep)).toEqual([]);
});

test('sweeps what killed starts have left, but not what another one needs at the moment', async () => {
  const old = join(folder, '.marker-old');
  writeFileSync(old, 'first');
  utimesSync(old, 1, 1);
  writeFileSync(join(folder, '.marker-of-somebody-else'), 'first');
  await checkVolume(folder);
  expect(readdirSync(folder)).toEqual(['.marker-of-somebody-else']);
});

test('many that share a folder do not get into each other’s way', async () => {
  await Promise.all(Array.from({ length: 20 }, () => checkVolume(folder)));
  expect(readdirSync(folder)).toEqual([]);
});

test.runIf(process.getuid?.() === 0)(
  'somebody else’s folder is named with both users and the command that mends it',
  () => {
    const details = asStranger('checkVolume', folder);
    expect(details).toEqual({
      path: folder,
      found: `EACCES; ${folder} belongs to uid 0`,
      wanted: `uid ${STRANGER}`,
      command: `sudo chown -R ${STRANGER} ${folder}`,
    });
    execFileSync('sh', ['-c', details.command!.replace('sudo ', '')]);
    expect(asStranger('checkVolume', folder)).toEqual({});
  },
);

test.runIf(process.getuid?.() === 0)(
  'a folder that is not there yet is made with the right owner',
  () => {
    const missing = join(folder, 'data');
    const { command } = asStranger('checkVolume', missing);
    expect(command).toBe(`sudo install -d -o ${STRANGER} -m 0750 ${missing}`);
    execFileSync('sh', ['-c', command!.replace('sudo ', '')]);
    expect(asStranger('checkVolume', missing)).toEqual({});
  },
);

test.runIf(process.getuid?.() === 0)(
  'a database of another user is refused before PostgreSQL is asked',
  async () => {
    const cluster = join(folder, 'postgres');
    expect(asStranger('checkOwner', cluster)).toEqual({});
    mkdirSync(cluster);
    expect(asStranger('checkOwner', cluster)).toMatchObject({
      path: cluster,
      found: 'belongs to uid 0',
      command: `sudo chown -R ${STRANGER} ${cluster}`,
    });
    await checkOwner(cluster);
  },
);
