import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Installs exactly what the lockfile says, unless that is what lies there already. */
export function ensureInstalled() {
  // Installed as a package of somebody else's, there is no lockfile of ours: npm saw to it.
  if (!existsSync(`${root}package-lock.json`) || isInstalled()) return;
  console.error('Installing what the lockfile names …');
  const npm = process.env.npm_execpath;
  const words = ['ci', '--loglevel=error', '--no-audit', '--no-fund'];
  const options = { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] };
  const { status, error } = npm?.endsWith('.js')
    ? spawnSync(process.execPath, [npm, ...words], options)
    : spawnSync('npm', words, options);
  if (status === 0) return;
  console.error(`parstock: npm ci failed (${error?.code ?? status}).`);
  console.error('  next    Run npm ci by itself to see why.');
  process.exit(1);
}

/** npm writes this file last, so that an interrupted installation has none. */
function isInstalled() {
  const installed = readPackages(`${root}node_modules/.package-lock.json`);
  if (!installed) return false;
  const wanted = readPackages(`${root}package-lock.json`);
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '') return true;
    const found = installed[path];
    // What is optional is there where it fits the machine.
    if (!found) return entry.optional === true;
    return found.version === entry.version && found.integrity === entry.integrity;
  });
}

function readPackages(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8')).packages;
  } catch (error) {
    if (error.code === 'ENOENT') return null;
    throw error;
  }
}
