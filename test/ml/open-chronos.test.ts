import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { Refusal } from '../../src/contract/errors.ts';
import { type ChronosOptions, openChronos } from '../../src/ml/chronos/open-chronos.ts';
import { checkpoint, installedRuntime } from '../support/chronos.ts';

let runtimeFolder: string;
beforeAll(async () => {
  runtimeFolder = await installedRuntime();
});

let graphFolder: string;
const folders: string[] = [];
beforeEach(() => {
  graphFolder = newFolder();
});
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

function newFolder(): string {
  folders.push(mkdtempSync(join(tmpdir(), 'chronos-open-')));
  return folders.at(-1)!;
}

function open(options: Partial<ChronosOptions> = {}) {
  const modelFolder = checkpoint('bolt');
  return openChronos({ runtimeFolder, modelFolder, graphFolder, threads: 1, ...options });
}

const request = { horizon: 24, levels: [0.1, 0.5, 0.9] };
const wave = (length: number) =>
  Array.from({ length }, (_, t) => 20 + 5 * Math.sin((2 * Math.PI * t) / 7));

test('builds a graph once, and one from other weights takes its place', async () => {
  const graphs = () => readdirSync(graphFolder).filter((name) => !name.endsWith('.lock'));
  await (await open()).close();
  const first = graphs();
  expect(first).toHaveLength(1);
  const built = join(graphFolder, first[0]!, 'model.onnx');
  // A mark that a second build would wipe out.
  writeFileSync(join(graphFolder, first[0]!, 'mark'), '');
  await (await open()).close();
  expect(readdirSync(join(graphFolder, first[0]!))).toContain('mark');
  expect(readFileSync(built).length).toBeGreaterThan(1000);
  await (await open({ modelFolder: checkpoint('bolt-half') })).close();
  expect(graphs()).toHaveLength(1);
  expect(graphs()).not.toEqual(first);
});

test('several programs that open one model at once build one graph', async () => {
  const opened = await Promise.all([open(), open({ threads: 2 }), open()]);
  const answers = await Promise.all(opened.map((one) => one.forecast([wave(60)], request)));
  expect(answers[1]).toEqual(answers[0]);
  await Promise.all(opened.map((one) => one.close()));
  expect(readdirSync(graphFolder).filter((name) => !name.endsWith('.lock'))).toHaveLength(1);
});

test('what a killed build left behind is built anew', async () => {
  await (await open()).close();
  const [name] = readdirSync(graphFolder).filter((entry) => !entry.endsWith('.lock'));
  cpSync(join(graphFolder, name!), join(graphFolder, `${name}.draft`), { recursive: true });
  rmSync(join(graphFolder, name!), { recursive: true });
  const chronos = await open();
  expect(await chronos.forecast([wave(60)], request)).toHaveLength(1);
  await chronos.close();
  expect(readdirSync(graphFolder).filter((entry) => entry.endsWith('.draft'))).toEqual([]);
});

test('answers do not depend on how many threads there are', async () => {
  const series = Array.from({ length: 90 }, (_, i) => wave(5 + 3 * i));
  const [one, three] = [await open(), await open({ threads: 3 })];
  const [alone, together] = await Promise.all([
    one.forecast(series, request),
    three.forecast(series, request),
  ]);
  for (const [i, found] of together.entries())
    for (const [k, value] of found.entries())
      expect(Math.abs(value - alone[i]![k]!)).toBeLessThan(1e-4 * Math.abs(value));
  await Promise.all([one.close(), three.close()]);
});

test('the event loop goes on while a model computes', async () => {
  const chronos = await open();
  let turns = 0;
  const ticking = setInterval(() => turns++, 1);
  const series = Array.from({ length: 60 }, () => wave(128));
  await chronos.forecast(series, { horizon: 200, levels: [0.5] });
  clearInterval(ticking);
  expect(turns).toBeGreaterThan(20);
  await chronos.close();
});

test('an aborted forecast stops, and the next one is answered', async () => {
  const chronos = await open();
  const control = new AbortController();
  const series = Array.from({ length: 3000 }, () => wave(128));
  const long = chronos.forecast(series, { horizon: 1000, levels: [0.5] }, control.signal);
  setTimeout(() => control.abort(new Error('asked to stop')), 300);
  await expect(long).rejects.toThrow('asked to stop');
  expect(await chronos.forecast([wave(60)], request)).toHaveLength(1);
  const gone = AbortSignal.abort(new Error('too late'));
  await expect(chronos.forecast([wave(60)], request, gone)).rejects.toThrow('too late');
  await chronos.close();
});

test('what is under way when the model is closed rejects', async () => {
  const chronos = await open();
  const series = Array.from({ length: 500 }, () => wave(128));
  const outcome = chronos.forecast(series, { horizon: 500, levels: [0.5] }).catch(() => 'rejected');
  await chronos.close();
  expect(await outcome).toBe('rejected');
});

test('what no caller should ask for is its fault', async () => {
  const chronos = await open();
  const ask = (asked: typeof request, series = [wave(9)]) => chronos.forecast(series, asked);
  await expect(ask({ ...request, horizon: 0 })).rejects.toThrow(RangeError);
  await expect(ask({ ...request, levels: [1] })).rejects.toThrow(RangeError);
  await expect(ask({ ...request, levels: [] })).rejects.toThrow(RangeError);
  await expect(ask(request, [wave(9), []])).rejects.toThrow(RangeError);
  const group = { targets: [wave(20), wave(20)] };
  await expect(chronos.forecastGroups([group], request)).rejects.toThrow(/need Chronos-2/);
  await chronos.close();
});

const damages: [name: string, code: string, damage: (folder: string) => void][] = [
  [
    'weights cut short',
    'model_file_invalid',
    (folder) => {
      const path = join(folder, 'model.safetensors');
      writeFileSync(path, readFileSync(path).subarray(0, -4));
    },
  ],
  [
    'a configuration that is no JSON',
    'model_file_invalid',
    (folder) => {
      writeFileSync(join(folder, 'config.json'), '{');
    },
  ],
  [
    'sizes that the weights do not have',
    'model_file_invalid',
    (folder) => {
      changeConfig(folder, (config) => ({ ...config, d_ff: 65 }));
    },
  ],
  [
    'more layers than there are',
    'model_file_invalid',
    (folder) => {
      changeConfig(folder, (config) => ({ ...config, num_layers: 3 }));
    },
  ],
  [
    'an architecture of another kind',
    'model_not_supported',
    (folder) => {
      changeConfig(folder, (config) => ({ ...config, architectures: ['ChronosModel'] }));
    },
  ],
  [
    'a gated activation',
    'model_not_supported',
    (folder) => {
      changeConfig(folder, (config) => ({ ...config, feed_forward_proj: 'gated-gelu' }));
    },
  ],
  [
    'a size beyond all measure',
    'model_not_supported',
    (folder) => {
      changeConfig(folder, (config) => ({ ...config, d_model: 1e12 }));
    },
  ],
];
test.each(damages)('%s: %s', async (_, code, damage) => {
  const modelFolder = newFolder();
  for (const name of ['config.json', 'model.safetensors'])
    cpSync(join(checkpoint('bolt'), name), join(modelFolder, name));
  damage(modelFolder);
  const error = await open({ modelFolder }).then(
    () => null,
    (refusal: unknown) => refusal,
  );
  expect(error).toBeInstanceOf(Refusal);
  expect((error as Refusal).code).toBe(code);
  expect(readdirSync(graphFolder).filter((name) => !name.endsWith('.lock'))).toEqual([]);
});

type Table = Record<string, unknown>;

function changeConfig(folder: string, change: (config: Table) => Table): void {
  const path = join(folder, 'config.json');
  writeFileSync(path, JSON.stringify(change(JSON.parse(readFileSync(path, 'utf8')) as Table)));
}
