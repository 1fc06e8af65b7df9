#!/usr/bin/env node
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureInstalled } from './installation.mjs';
import { findModernNode } from './modern-node.mjs';
import { ensurePageBuilt } from './page-build.mjs';

// npm test: style, types, tests. All three are run, so that one visit shows everything.
// With --containers, npm run test:containers: the image and what runs from it, and nothing else. With
// --deploys, npm run test:deploys: versions taken to real hosts, and nothing else.
const root = fileURLToPath(new URL('..', import.meta.url));
const BROWSERS = ['chromium', 'chromium-browser', 'google-chrome'];

const ALONE = { '--containers': 'containers', '--deploys': 'deploy' };
const words = process.argv.slice(2).filter((word) => !(word in ALONE));
const alone = process.argv.slice(2).flatMap((word) => ALONE[word] ?? []);
const named = words.some((word) => word.startsWith('--project'));
const projects = alone.length > 0 ? alone : named ? [] : ['unit', 'real'];
const vitest = ['node_modules/vitest/vitest.mjs', 'run'];
const tests = ['tests', [...vitest, ...projects.map((name) => `--project=${name}`), ...words]];

ensureInstalled();
if (alone.length === 0) {
  ensurePageBuilt();
  ensureBrowser();
}
const { node } = findModernNode();
const checks = [
  ['style', ['node_modules/@biomejs/biome/bin/biome', 'check', '.']],
  ['types', ['node_modules/typescript/bin/tsc', '-b']],
  tests,
].slice(alone.length > 0 ? -1 : 0);
// Whatever a test starts as `node` is the modern one too.
const env = { ...process.env, PATH: [dirname(node), process.env.PATH].join(delimiter) };
const failed = checks.filter(([name, words]) => {
  console.error(`\n— ${name}: ${words.slice(0, 1).map((path) => path.split('/').at(-1))}`);
  return spawnSync(node, words, { cwd: root, stdio: 'inherit', env }).status !== 0;
});
const names = failed.map(([name]) => name).join(', ');
const inOrder = alone.length > 0 ? `The ${alone} are` : 'Style, types and tests are';
console.error(failed.length > 0 ? `\nFailed: ${names}.` : `\n${inOrder} in order.`);
process.exitCode = failed.length > 0 ? 1 : 0;

/** The tests of the page drive a real browser, which npm does not carry. */
function ensureBrowser() {
  if (findBrowser()) return;
  const canInstall = process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
  if (canInstall) {
    console.error('Installing Chromium for the tests of the page …');
    const options = {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    };
    spawnSync('apt-get', ['update', '-qq'], options);
    spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], options);
  }
  if (findBrowser()) return;
  console.error(
    `There is no ${BROWSERS.join(', ')} on the PATH: the tests of the page will fail.\n` +
      '  next    Install Chromium, for instance: sudo apt-get install chromium',
  );
}

function findBrowser() {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return BROWSERS.find((name) => folders.some((folder) => existsSync(join(folder, name))));
}
