import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { pinnedModels } from '../src/ml/models/pinned-models.ts';
import { startHub } from '../test/support/hub-server.ts';
import { comparePins, fillPin } from './pin-models.ts';
import { readProjectFile } from './source-files.ts';

const sha256 = (content: Buffer) => createHash('sha256').update(content).digest('hex');

test('a missing pin is read from the hub and filled in where it belongs', async () => {
  const mini = pinnedModels.find(({ name }) => name === 'chronos-bolt-mini')!;
  const config = Buffer.from('{"d_model":384}\n');
  const weights = Buffer.from('weights');
  const hub = await startHub({
    repository: mini.repository,
    revision: mini.revision,
    files: {
      'config.json': { content: config, large: false },
      'model.safetensors': { content: weights, large: true },
    },
  });
  const unpinned = { ...mini, files: mini.files.map((file) => ({ ...file, sha256: null })) };
  const pins = await comparePins({ url: hub.url, token: null }, [unpinned]);
  await hub.close();
  expect(pins.map(({ file, found }) => [file, found?.sha256])).toEqual([
    ['config.json', sha256(config)],
    ['model.safetensors', sha256(weights)],
  ]);
  const list =
    "{ name: 'chronos-bolt-mini', files: [{ name: 'config.json', bytes: null, sha256: null }] }";
  expect(fillPin(list, pins[0]!)).toBe(
    `{ name: 'chronos-bolt-mini', files: [{ name: 'config.json', bytes: 16, sha256: '${sha256(config)}' }] }`,
  );
});

test('the list pins full commits and checksums, and says which file has none', () => {
  const files = pinnedModels.flatMap(({ name, files: all }) =>
    all.map((file) => ({ model: name, ...file })),
  );
  expect(pinnedModels.every(({ revision }) => /^[0-9a-f]{40}$/.test(revision))).toBe(true);
  const unpinned = files.filter(({ sha256: pin }) => !/^[0-9a-f]{64}$/.test(pin ?? ''));
  const documented = readProjectFile('docs/ml.md');
  for (const { model, name } of unpinned)
    expect(documented).toContain(`\`${name}\` of \`${model}\``);
});
