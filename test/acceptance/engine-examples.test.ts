import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Rolldown } from 'vite';
import { afterAll, expect, test } from 'vitest';
import { openBrowser } from '../support/browser.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'parstock-examples-'));
const page = readFileSync(join(root, 'docs/forecast-engine.md'), 'utf8');
const blocks = [...page.matchAll(/```js\n([\s\S]*?)```/g)].map((found) => found[1]!);
/** The subpaths as package.json exports them, from the sources instead of the built files. */
const source = (text: string) =>
  text.replaceAll(/'parstock\/(forecast|planning)'/g, (_, room) =>
    JSON.stringify(join(root, 'src', room, 'index.ts')),
  );

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const inNode = blocks.filter((block) => !block.startsWith('//'));

test('the page has the examples that are run here', () => {
  expect(inNode).toHaveLength(4);
  expect(blocks).toHaveLength(6);
});

test.each(inNode.map((block, i) => [i + 1, block] as const))(
  'example %i runs in Node',
  (i, block) => {
    const script = join(folder, `example-${i}.mjs`);
    writeFileSync(script, source(block));
    const printed = execFileSync(process.execPath, [script], { encoding: 'utf8' }).trim();
    const lines = printed.split('\n');
    if (i === 1) expect(lines[0]).toMatch(/\.$/);
    // What an example states as a condition holds.
    for (const line of lines.slice(i === 1 ? 1 : 0))
      expect(line).toMatch(/^(?:true|14 3|true true|true true true)$/);
  },
);

test('the worker of the last example answers in a browser', async () => {
  const file = (name: string) => blocks.find((block) => block.startsWith(`// ${name}`))!;
  writeFileSync(join(folder, 'worker.js'), source(file('worker.js')));
  const built = await build({
    configFile: false,
    root: folder,
    logLevel: 'silent',
    build: {
      write: false,
      target: 'es2022',
      lib: { entry: join(folder, 'worker.js'), formats: ['es'], fileName: 'worker' },
    },
  });
  const { code } = (built as Rolldown.RolldownOutput[])[0]!.output[0];
  const browser = await openBrowser();
  try {
    const tab = await browser.newPage();
    // Addresses of their own: a worker is found beside the script that asks for it.
    const served: Record<string, [type: string, body: string]> = {
      '/': ['text/html', '<script type="module" src="/page.js"></script>'],
      '/page.js': ['text/javascript', file('page.js')],
      '/worker.js': ['text/javascript', code],
    };
    await tab.route('**/*', (route) => {
      const [contentType, body] = served[new URL(route.request().url()).pathname] ?? ['', ''];
      return route.fulfill({ contentType, body, status: contentType ? 200 : 404 });
    });
    const told = tab.waitForEvent('console');
    await tab.goto('http://127.0.0.1:9/');
    const answer = await (await told).args()[0]!.jsonValue();
    expect(answer).toMatchObject({ ok: true });
    expect(Object.keys((answer as { mean: object }).mean)).toHaveLength(3);
  } finally {
    await browser.close();
  }
});
