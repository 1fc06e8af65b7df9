import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { inTemporaryFolder, runParstock } from '../../test/support/command-line.ts';

const REVISION = '00112233445566778899aabbccddeeff00112233';
const MODEL = `me/mine@${REVISION}`;
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** A checkpoint of one's own, as an installation leaves it. */
function writeModel(cacheDir: string): string {
  const folder = join(cacheDir, 'models/me--mine', REVISION);
  mkdirSync(folder, { recursive: true });
  const contents = { 'config.json': '{}', 'model.safetensors': 'weights' };
  const files = Object.entries(contents).map(([name, text]) => {
    writeFileSync(join(folder, name), text);
    return { name, bytes: text.length, sha256: sha256(text), origin: 'hub' };
  });
  const record = {
    name: 'me--mine',
    repository: 'me/mine',
    revision: REVISION,
    licence: 'x',
    files,
  };
  writeFileSync(join(folder, 'model.json'), JSON.stringify({ ...record, installedAt: 'then' }));
  return folder;
}

const settings = (cacheDir: string) => ({
  env: { PARSTOCK_CACHE_DIR: cacheDir, PARSTOCK_ML_MODELS: MODEL },
});

interface Listed {
  runtime: object | null;
  models: { name: string; installed: boolean; trust: string | null }[];
}

test('an empty cache lists what there is to install', async () => {
  await inTemporaryFolder(async (folder) => {
    const cacheDir = join(folder, 'not-made-yet');
    const { code, stdout } = await runParstock(['models', 'list', '--json'], settings(cacheDir));
    expect(code).toBe(0);
    const { runtime, models } = JSON.parse(stdout) as Listed;
    expect(runtime).toBeNull();
    expect(models.map(({ name }) => name)).toContain('chronos-bolt-tiny');
    expect(models.every(({ installed }) => !installed)).toBe(true);
  });
});

test('a model that no setting names is listed and verified by the word that removes it', async () => {
  await inTemporaryFolder(async (cacheDir) => {
    writeModel(cacheDir);
    const env = { env: { PARSTOCK_CACHE_DIR: cacheDir } };
    const { stdout } = await runParstock(['models', 'list'], env);
    const word = /^(\S+@\w{40}) +installed/m.exec(stdout)![1]!;
    expect((await runParstock(['models', 'verify'], env)).stdout).toBe(`good  ${word}\n`);
    const removed = await runParstock(['models', 'remove', word], env);
    expect(removed.code).toBe(0);
    expect(removed.stdout).not.toContain('me/mine');
  });
});

test('a model is listed, verified, found damaged, and removed', async () => {
  await inTemporaryFolder(async (cacheDir) => {
    const folder = writeModel(cacheDir);
    const { stdout: list } = await runParstock(['models', 'list', '--json'], settings(cacheDir));
    expect((JSON.parse(list) as Listed).models.at(-1)).toMatchObject({
      name: 'me--mine',
      installed: true,
      trust: 'first download',
    });
    const good = await runParstock(['models', 'verify'], settings(cacheDir));
    expect([good.code, good.stdout]).toEqual([0, `good  ${MODEL}\n`]);
    writeFileSync(join(folder, 'model.safetensors'), 'wEights');
    const bad = await runParstock(['models', 'verify'], settings(cacheDir));
    expect(bad.code).toBe(1);
    expect(bad.stdout).toMatch(/^BAD {3}me\/mine@\w{40}: .+ \(model\.safetensors\)$/m);
    const removed = await runParstock(['models', 'remove', MODEL, '--json'], settings(cacheDir));
    expect((JSON.parse(removed.stdout) as Listed).models.at(-1)?.installed).toBe(false);
  });
});

test('an import takes models over by what they are, and nothing that is damaged', async () => {
  await inTemporaryFolder(async (folder) => {
    const from = writeModel(join(folder, 'there'));
    const here = settings(join(folder, 'here'));
    const taken = await runParstock(['models', 'import', join(folder, 'there'), '--json'], here);
    expect((JSON.parse(taken.stdout) as Listed).models.at(-1)).toMatchObject({ installed: true });
    writeFileSync(join(from, 'config.json'), '[]');
    const elsewhere = settings(join(folder, 'elsewhere'));
    const bad = await runParstock(['models', 'import', from], elsewhere);
    expect([bad.code, bad.stderr]).toEqual([1, expect.stringContaining('model_damaged')]);
    const { stdout } = await runParstock(['models', 'list', '--json'], elsewhere);
    expect((JSON.parse(stdout) as Listed).models.at(-1)?.installed).toBe(false);
  });
});

test.each([
  [['import', 'EMPTY'], 'model_not_in_folder'],
  [['import', '/nowhere/at/all'], 'file_not_readable'],
  [['install', 'chronos'], 'model_unknown'],
  [['remove', 'chronos'], 'model_unknown'],
])('models %j is refused by name', async (words, code) => {
  await inTemporaryFolder(async (folder) => {
    mkdirSync(join(folder, 'empty'));
    const args = words.map((word) => (word === 'EMPTY' ? join(folder, 'empty') : word));
    const { code: exit, stderr } = await runParstock(['models', ...args], settings(folder));
    expect([exit, stderr]).toEqual([1, expect.stringContaining(code)]);
  });
});
