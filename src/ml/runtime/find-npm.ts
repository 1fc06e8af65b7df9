import { existsSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

/** Where npm's own code may lie, relative to a folder with executables. */
const BESIDE_EXECUTABLES = [
  '../lib/node_modules/npm/bin/npm-cli.js',
  'node_modules/npm/bin/npm-cli.js',
];

/**
 * The npm-cli.js of this machine, to be run by our own Node: beside our Node, the one that started
 * us, or the first on the PATH. Null where there is none.
 */
export function findNpm(options: {
  execPath: string;
  env: Readonly<Record<string, string | undefined>>;
}): string | null {
  const { execPath, env } = options;
  const named = env.npm_execpath ?? '';
  const folders = (env.PATH ?? '').split(delimiter).filter(Boolean);
  const candidates = [
    ...besideExecutables(dirname(execPath)),
    // pnpm and yarn name themselves here, too.
    ...(/npm-cli\.[cm]?js$/.test(named) ? [named] : []),
    ...folders.flatMap((folder) => [linkedFrom(join(folder, 'npm')), ...besideExecutables(folder)]),
  ];
  return candidates.find((path) => path !== null && existsSync(path)) ?? null;
}

function besideExecutables(folder: string): string[] {
  return BESIDE_EXECUTABLES.map((path) => join(folder, path));
}

/** `/usr/bin/npm` is a link to npm-cli.js, unless some version manager put a script there. */
function linkedFrom(path: string): string | null {
  if (!existsSync(path)) return null;
  const target = realpathSync(path);
  return /npm-cli\.[cm]?js$/.test(target) ? target : null;
}
