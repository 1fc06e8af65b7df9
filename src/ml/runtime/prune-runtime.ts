import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { removeFolder } from '../remove-folder.ts';

/** Packages that inference loads; the others serve an install script that does not run. */
const KEPT_PACKAGES = ['onnxruntime-node', 'onnxruntime-common'];
/** Folders of those packages that are never loaded from CommonJS at run time. */
const NOT_LOADED = [
  'onnxruntime-node/script',
  'onnxruntime-node/lib',
  'onnxruntime-common/lib',
  'onnxruntime-common/dist/esm',
];
const NOT_CODE = /\.(d\.ts|ts|map|md)$/;

/** Removes what this kind of machine does not load: 262 MB become 37. */
export async function pruneRuntime(folder: string): Promise<void> {
  const modules = join(folder, 'node_modules');
  await removeFolder(join(folder, '.npm'));
  for (const name of await readdir(modules))
    if (!KEPT_PACKAGES.includes(name)) await rm(join(modules, name), { recursive: true });
  for (const path of NOT_LOADED) await rm(join(modules, path), { recursive: true, force: true });
  await pruneBinaries(join(modules, 'onnxruntime-node', 'bin'));
  for (const path of await filesBelow(modules))
    if (NOT_CODE.test(path)) await rm(join(modules, path));
}

/** bin/napi-v6/<platform>/<arch>: all but ours goes. */
async function pruneBinaries(bin: string): Promise<void> {
  for (const version of await namesIn(bin))
    for (const platform of await namesIn(join(bin, version)))
      for (const arch of await namesIn(join(bin, version, platform)))
        if (platform !== process.platform || arch !== process.arch)
          await rm(join(bin, version, platform, arch), { recursive: true });
}

async function namesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(absent);
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

/** Files below a folder, as sorted paths relative to it. */
export async function filesBelow(folder: string): Promise<string[]> {
  const found: string[] = [];
  const visit = async (path: string): Promise<void> => {
    for (const entry of await readdir(join(folder, path), { withFileTypes: true }).catch(absent)) {
      const below = path ? `${path}/${entry.name}` : entry.name;
      if (entry.isDirectory()) await visit(below);
      else found.push(below);
    }
  };
  await visit('');
  return found.sort();
}

/** What is written to meanwhile may vanish under our eyes. */
function absent(error: NodeJS.ErrnoException): [] {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return [];
  throw error;
}
