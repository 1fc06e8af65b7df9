import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

// What npm publishes, laid out as npm would install it: the compiled program, no TypeScript.

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'parstock-package-'));
const modules = join(folder, 'node_modules');

beforeAll(() => {
  const node = process.execPath;
  execFileSync(node, [join(root, 'node_modules/typescript/bin/tsc'), '-b'], { cwd: root });
  execFileSync(node, [join(root, 'house/copy-assets.ts')]);
  mkdirSync(join(modules, 'parstock'), { recursive: true });
  const words = ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder];
  execFileSync('npm', words, { cwd: root });
  const archive = readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? 'no archive';
  const into = join(modules, 'parstock');
  execFileSync('tar', ['xzf', join(folder, archive), '--strip-components=1', '-C', into]);
  for (const name of readdirSync(join(root, 'node_modules'))) {
    if (!name.startsWith('.')) symlinkSync(join(root, 'node_modules', name), join(modules, name));
  }
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the engine is imported from its subpath by a plain script', () => {
  const script = join(folder, 'script.mjs');
  writeFileSync(
    script,
    `import { forecast } from 'parstock/forecast';
     import { proposeOrder } from 'parstock/planning';
     const [one] = forecast([{ id: 'a', y: [3, 4, 5, 3, 4, 6, 3] }], { horizon: 3 });
     console.log(JSON.stringify([one.ok, one.mean.length, typeof proposeOrder]));`,
  );
  const printed = execFileSync('node', [script], { cwd: folder, encoding: 'utf8' });
  expect(JSON.parse(printed)).toEqual([true, 3, 'function']);
});

test('the executable forecasts a file', () => {
  const bin = join(modules, 'parstock/bin/parstock.mjs');
  const words = [bin, 'forecast', join(root, 'examples/pasta.csv'), '--horizon', '2'];
  const printed = execFileSync('node', words, { cwd: folder, encoding: 'utf8' });
  expect(printed.split('\n')[0]).toBe('unique_id,ds,method,mean,0.1,0.5,0.9');
  expect(printed.trim().split('\n').length).toBeGreaterThan(2);
});

test('the package carries what the server reads beside its code', () => {
  const server = join(modules, 'parstock/dist/server');
  expect(readdirSync(join(server, 'store/migrations'))).toContain('0001-foundation.sql');
  expect(readdirSync(join(server, 'startup/demo'))).toContain('sales.csv.gz');
});
