import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type NpmRegistry, type PackageFiles, startRegistry } from './npm-registry.ts';

/** Answers what the program's trial run asks of a runtime: it doubles. */
const DOUBLING = `
exports.Tensor = class { constructor(type, data, dims) { Object.assign(this, { type, data, dims }); } };
exports.InferenceSession = { create: async () => ({
  run: async ({ x }) => ({ y: { data: Float32Array.from(x.data, (v) => v * 2) } }),
}) };
exports.env = { versions: {} };
`;
const own = `bin/napi-v6/${process.platform}/${process.arch}/binding.node`;

/** Packages by the names of the real ones, small, with what is pruned and what is kept. */
export function tinyPackages({ main = DOUBLING, version = '1.2.3' } = {}): PackageFiles[] {
  const dependencies = { 'onnxruntime-common': version };
  return [
    {
      name: 'onnxruntime-node',
      version,
      dependencies,
      files: {
        'dist/index.js': main,
        'dist/index.d.ts': 'export {};',
        'script/install.js': 'throw new Error("must not run")',
        [own]: Buffer.alloc(3000, 7),
        'bin/napi-v6/win32/other/binding.node': Buffer.alloc(5000, 8),
      },
    },
    { name: 'onnxruntime-common', version, files: { 'dist/cjs/index.js': '', 'lib/index.ts': '' } },
    { name: 'adm-zip', version, files: { 'dist/index.js': '' } },
  ];
}

/** A registry with those packages, and the folder of a package.json and lockfile that name them. */
export async function startTinyRuntime(
  folder: string,
  packages: readonly PackageFiles[] = tinyPackages(),
): Promise<{ registry: NpmRegistry; source: URL }> {
  const registry = await startRegistry(packages);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), registry.manifest);
  writeFileSync(join(folder, 'package-lock.json'), registry.lockfile);
  return { registry, source: pathToFileURL(`${folder}/`) };
}
