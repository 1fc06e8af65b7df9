/**
 * Compares the pinned models with what a hub holds at the pinned commits, and prints the pins that are
 * missing or differ: node house/pin-models.ts [--write]
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { downloadFile } from '../src/ml/models/download-file.ts';
import type { Hub } from '../src/ml/models/hub.ts';
import { type ExpectedFile, listFiles } from '../src/ml/models/hub-listing.ts';
import { type PinnedModel, pinnedModels } from '../src/ml/models/pinned-models.ts';
import { readConfig } from '../src/server/config.ts';

const LIST = fileURLToPath(new URL('../src/ml/models/pinned-models.ts', import.meta.url));

interface Pin {
  readonly model: string;
  readonly file: string;
  readonly pinned: string | null;
  readonly found: { readonly bytes: number; readonly sha256: string } | null;
}

/** One entry per file: what is pinned, and what the hub has; a small file is fetched to know its SHA-256. */
export async function comparePins(hub: Hub, models: readonly PinnedModel[]): Promise<Pin[]> {
  const { signal } = new AbortController();
  const pins: Pin[] = [];
  for (const model of models) {
    const listed = await listFiles(hub, { model, signal });
    for (const { name, sha256: pinned } of model.files) {
      const file = listed.find((one) => one.name === name);
      const found = file ? await digestOf(hub, { model, file }) : null;
      pins.push({ model: model.name, file: name, pinned, found });
    }
  }
  return pins;
}

async function digestOf(hub: Hub, { model, file }: { model: PinnedModel; file: ExpectedFile }) {
  if (file.sha256) return { bytes: file.bytes, sha256: file.sha256 };
  const folder = mkdtempSync(join(tmpdir(), 'parstock-pin-'));
  try {
    const path = `/${model.repository}/resolve/${model.revision}/${file.name}`;
    const target = join(folder, file.name);
    const { signal } = new AbortController();
    // Held to git's hash, which the commit vouches for.
    const sha256 = await downloadFile({ hub, path, target, expected: file, signal });
    return { bytes: file.bytes, sha256 };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The list with the missing pins of one file filled in. */
export function fillPin(text: string, { model, file, found }: Pin): string {
  const at = text.indexOf(`name: '${model}',`);
  const missing = `{ name: '${file}', bytes: null, sha256: null }`;
  const from = at < 0 ? -1 : text.indexOf(missing, at);
  if (from < 0 || !found) return text;
  const { bytes, sha256 } = found;
  const filled = `{ name: '${file}', bytes: ${bytes}, sha256: '${sha256}' }`;
  return text.slice(0, from) + filled + text.slice(from + missing.length);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { hubUrl, hubToken } = readConfig(process.env);
  const pins = await comparePins({ url: hubUrl, token: hubToken }, pinnedModels);
  for (const { model, file, pinned, found } of pins) {
    const same = pinned === found?.sha256;
    const words = same ? 'as pinned' : `pinned ${pinned}, found ${found?.sha256 ?? 'nothing'}`;
    console.log(`${model} ${file}: ${words}`);
    if (!same && pinned !== null) process.exitCode = 1;
  }
  if (process.argv.includes('--write')) {
    const missing = pins.filter(({ pinned }) => pinned === null);
    writeFileSync(LIST, missing.reduce(fillPin, readFileSync(LIST, 'utf8')));
  }
}
