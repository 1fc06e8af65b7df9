import { lstat, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileSha256 } from '../file-digest.ts';
import { writeDurably } from '../write-durably.ts';
import { MANIFEST_NAME } from './load-runtime.ts';
import { filesBelow } from './prune-runtime.ts';

interface ManifestFile {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

export interface RuntimeManifest {
  /** Version of onnxruntime-node. */
  readonly version: string;
  readonly installedAt: string;
  readonly files: readonly ManifestFile[];
}

/** Lists every file with size and checksum; written last, it makes the folder a runtime. */
export async function writeManifest(folder: string, installedAt: Date): Promise<void> {
  const files: ManifestFile[] = [];
  for (const path of await filesBelow(folder)) {
    if (path === MANIFEST_NAME) continue;
    const { bytes, sha256 } = await fileSha256(join(folder, path));
    files.push({ path, bytes, sha256 });
  }
  const version = await installedVersion(folder);
  const manifest: RuntimeManifest = { version, installedAt: installedAt.toISOString(), files };
  await writeDurably(join(folder, MANIFEST_NAME), `${JSON.stringify(manifest)}\n`);
}

async function installedVersion(folder: string): Promise<string> {
  const text = await readFile(join(folder, 'node_modules/onnxruntime-node/package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

/** The manifest of a runtime; null where it is missing or cannot be read. */
export async function readManifest(folder: string): Promise<RuntimeManifest | null> {
  try {
    const read = JSON.parse(await readFile(join(folder, MANIFEST_NAME), 'utf8')) as RuntimeManifest;
    return Array.isArray(read.files) && typeof read.version === 'string' ? read : null;
  } catch {
    return null;
  }
}

/** The first file that is not as listed; by size alone, or by its checksum as well. */
export async function findDamage(
  folder: string,
  { manifest, thorough }: { manifest: RuntimeManifest; thorough: boolean },
): Promise<string | null> {
  for (const { path, bytes, sha256 } of manifest.files) {
    const found = await lstat(join(folder, path)).catch(() => null);
    if (found?.size !== bytes) return path;
    if (thorough && (await fileSha256(join(folder, path))).sha256 !== sha256) return path;
  }
  return null;
}
