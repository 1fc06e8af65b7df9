import type { Command } from 'commander';
import { errorCatalogue, Refusal } from '../../contract/errors.ts';
import { withCacheLock } from '../../ml/cache-lock.ts';
import { importFolder } from '../../ml/import-folder.ts';
import { describeModel, type ModelReport } from '../../ml/models/describe-model.ts';
import { getModel, listOwnModels, wordOf } from '../../ml/models/find-model.ts';
import { installModel } from '../../ml/models/install-model.ts';
import { type PinnedModel, pinnedModels } from '../../ml/models/pinned-models.ts';
import { removeModel, verifyModel } from '../../ml/models/verify-model.ts';
import { installRuntime, isRuntimeReady } from '../../ml/runtime/install-runtime.ts';
import { findRuntime, runtimeFolder } from '../../ml/runtime/load-runtime.ts';
import { readManifest } from '../../ml/runtime/runtime-manifest.ts';
import { readConfig } from '../../server/config.ts';
import { drawBytes } from '../byte-progress.ts';
import { textTable } from '../table.ts';
import { EndWith, EXIT, type Terminal } from '../terminal.ts';

interface Words {
  readonly json?: boolean;
}

/** What every part of the verb works with. */
interface Desk extends Words {
  readonly terminal: Terminal;
  readonly cacheDir: string;
  readonly models: readonly string[];
  readonly hub: { readonly url: string; readonly token: string | null };
  readonly signal: AbortSignal;
}

const WAIT_MS = 600_000;

export function define(command: Command, terminal: Terminal): void {
  const part = (name: string, summary: string) => {
    const made = command.command(name).description(summary).copyInheritedSettings(command);
    return made.helpOption('-h, --help', 'print this help').option('--json', 'print JSON');
  };
  part('list', 'what there is, and what is installed').action((words: Words) =>
    list(open(words, terminal)),
  );
  part(
    'install [model...]',
    'fetch the runtime and these models; default: PARSTOCK_ML_MODELS',
  ).action((names: string[], words: Words) => install(names, open(words, terminal)));
  part('verify', 'read every byte of what is installed and compare checksums').action(
    (words: Words) => verify(open(words, terminal)),
  );
  part('import <folder>', 'take runtime and models from a folder, without a network').action(
    (folder: string, words: Words) => bring(folder, open(words, terminal)),
  );
  part('remove <model...>', 'take models out of the cache').action(
    (names: string[], words: Words) => remove(names, open(words, terminal)),
  );
  command.addHelpText('after', EXAMPLES);
}

const EXAMPLES = `
Works on the cache folder (PARSTOCK_CACHE_DIR), whether or not a server runs.

Examples:
  parstock models list
  parstock models install chronos-bolt-small
  parstock models import /media/usb/parstock-cache
`;

function open(words: Words, terminal: Terminal): Desk {
  const { cacheDir, models, hubUrl, hubToken } = readConfig(terminal.env);
  const stopping = new AbortController();
  terminal.onEnd(() => stopping.abort());
  const hub = { url: hubUrl, token: hubToken };
  return { ...words, terminal, cacheDir, models, hub, signal: stopping.signal };
}

function locked<T>(desk: Desk, work: () => Promise<T>): Promise<T> {
  let said = false;
  const onWait = () => {
    if (!said) desk.terminal.note('Another process is installing; waiting for it.');
    said = true;
  };
  return withCacheLock(
    { cacheDir: desk.cacheDir, signal: desk.signal, waitMs: WAIT_MS, onWait },
    work,
  );
}

const now = () => new Date();

/** The models of the program, those that the settings name, and what else lies in the cache. */
async function knownModels({ cacheDir, models }: Desk): Promise<PinnedModel[]> {
  const all = [...pinnedModels, ...models.map(getModel), ...(await listOwnModels(cacheDir))];
  return [...new Map(all.map((model) => [wordOf(model), model])).values()];
}

async function list(desk: Desk): Promise<void> {
  const { cacheDir, terminal } = desk;
  const known = await knownModels(desk);
  const models: ModelReport[] = [];
  for (const model of known) models.push(await describeModel(cacheDir, model));
  const manifest = findRuntime(cacheDir) && (await readManifest(runtimeFolder(cacheDir)));
  const runtime = manifest
    ? { version: manifest.version, installedAt: manifest.installedAt }
    : null;
  if (desk.json) {
    await terminal.out(`${JSON.stringify({ cacheDir, runtime, models }, null, 2)}\n`);
    return;
  }
  const columns = [
    { title: 'model' },
    { title: 'state' },
    { title: 'MB', align: 'right' as const },
    { title: 'licence' },
    { title: 'checksums' },
  ];
  const rows = models.map(({ installed, bytes, licence, trust }, i) => [
    wordOf(known[i]!),
    installed ? 'installed' : 'not installed',
    bytes === null ? '–' : (bytes / 1e6).toFixed(1),
    licence,
    trust ?? '–',
  ]);
  const version = runtime ? `ONNX Runtime ${runtime.version}` : 'not installed';
  await terminal.out(`cache    ${cacheDir}\nruntime  ${version}\n\n${textTable(columns, rows)}`);
}

async function install(names: readonly string[], desk: Desk): Promise<void> {
  const models = (names.length > 0 ? names : desk.models).map(getModel);
  const { cacheDir, terminal, signal, hub } = desk;
  await locked(desk, async () => {
    if (!(await isRuntimeReady({ cacheDir, signal }))) {
      const bar = drawBytes('runtime', terminal);
      const onProgress = (one: { bytes: number; totalBytes: number }) => bar.advance(one);
      const { env } = terminal;
      await installRuntime({ cacheDir, env, now, signal, onProgress }).finally(bar.clear);
    }
    for (const model of models) {
      const bar = drawBytes(model.name, terminal);
      const onProgress = (one: { bytes: number; totalBytes: number }) => bar.advance(one);
      await installModel(model, { cacheDir, hub, now, signal, onProgress }).finally(bar.clear);
    }
  });
  await list(desk);
}

async function verify(desk: Desk): Promise<void> {
  const { cacheDir, signal, terminal } = desk;
  const checked: { name: string; good: boolean; reason: string | null }[] = [];
  const check = async (name: string, work: () => Promise<unknown>) => {
    try {
      await work();
      checked.push({ name, good: true, reason: null });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const { file } = error.details;
      const reason = `${errorCatalogue[error.code].title}${file ? ` (${file})` : ''}`;
      checked.push({ name, good: false, reason });
    }
  };
  if (findRuntime(cacheDir))
    await check('runtime', async () => {
      const good = await isRuntimeReady({ cacheDir, signal, thorough: true });
      if (!good) throw new Refusal('model_damaged', { file: 'runtime' });
    });
  for (const model of await knownModels(desk)) {
    if (!(await describeModel(cacheDir, model)).installed) continue;
    await check(wordOf(model), () => verifyModel(model, { cacheDir, signal }));
  }
  const text = checked.map(
    ({ name, good, reason }) =>
      `${good ? 'good' : 'BAD '}  ${name}${reason ? `: ${reason}` : ''}\n`,
  );
  await terminal.out(
    desk.json
      ? `${JSON.stringify({ cacheDir, checked }, null, 2)}\n`
      : text.join('') || 'Nothing is installed.\n',
  );
  const bad = checked.filter(({ good }) => !good).map(({ name }) => name);
  if (bad.length === 0) return;
  const models = bad.filter((name) => name !== 'runtime').join(' ');
  if (!desk.json && models)
    terminal.note(`Fetch anew: parstock models remove ${models}, then install.`);
  throw new EndWith(EXIT.refused);
}

async function bring(folder: string, desk: Desk): Promise<void> {
  const { cacheDir, signal } = desk;
  await locked(desk, () => importFolder(folder, { cacheDir, now, signal }));
  await list(desk);
}

async function remove(names: readonly string[], desk: Desk): Promise<void> {
  const models = names.map(getModel);
  await locked(desk, async () => {
    for (const model of models) await removeModel(model, desk.cacheDir);
  });
  await list(desk);
}
