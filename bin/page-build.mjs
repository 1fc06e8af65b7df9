import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findModernNode } from './modern-node.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const STAMP = join(root, 'dist/.page-built-from');
/** Everything that ends up in the page. */
const SOURCES = ['src/web', 'src/contract', 'src/forecast', 'src/planning'];
const NOT_IN_THE_PAGE = /\.test\.tsx?$|[/\\]reference[/\\]/;

/** Builds the page unless it was built from exactly these sources. */
export function ensurePageBuilt() {
  // A published package carries the page and not its sources.
  if (!existsSync(join(root, 'src/web'))) return;
  const sources = hashSources();
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === sources) return;
  console.error('Building the page …');
  rmSync(STAMP, { force: true });
  const { node } = findModernNode();
  const vite = join(root, 'node_modules/vite/bin/vite.js');
  const words = [vite, 'build', '--config', 'src/web/vite.config.ts', '--logLevel', 'warn'];
  const { status, error } = spawnSync(node, words, {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status !== 0) {
    console.error(`parstock: the page could not be built (${error?.code ?? status}).`);
    console.error('  next    Run npm run build to see why.');
    process.exit(1);
  }
  mkdirSync(join(root, 'dist'), { recursive: true });
  writeFileSync(STAMP, sources);
}

function hashSources() {
  const hash = createHash('sha256').update(readFileSync(join(root, 'package-lock.json')));
  for (const folder of SOURCES) {
    const entries = readdirSync(join(root, folder), { recursive: true, withFileTypes: true });
    const paths = entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
      .filter((path) => !NOT_IN_THE_PAGE.test(path))
      .sort();
    for (const path of paths) hash.update(path.slice(root.length)).update(readFileSync(path));
  }
  return hash.digest('hex');
}
