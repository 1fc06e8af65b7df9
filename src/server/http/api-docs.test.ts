import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insertCatalogue } from '../../../test/support/catalogue.ts';
import { startTestApp, type TestApp, testToday } from '../../../test/support/http.ts';
import { renderApiDocs } from './api-docs.ts';

const text = readFileSync(new URL('../../../docs/api.md', import.meta.url), 'utf8');
const examples = [...text.matchAll(/```sh\n([\s\S]+?)```\n```json\n([\s\S]+?)```/g)].map(
  ([, command, answer]) => ({ command: command!, answer: answer! }),
);

describe('docs/api.md', () => {
  let test: TestApp;
  let base: string;
  beforeAll(async () => {
    test = await startTestApp();
    base = await test.app.listen({ port: 0, host: '127.0.0.1' });
    const { database, tenantId } = test;
    await insertCatalogue(database, { tenantId, products: 5, days: 3, lastDay: testToday });
  });
  afterAll(() => test.close());

  it('shows the route table as it is', () => {
    const [, shown] = /<!-- routes -->\n([\s\S]*?)\n?<!-- \/routes -->/.exec(text)!;
    expect(shown).toBe(renderApiDocs());
  });

  it('has an example of a command and its answer for every chapter that promises one', () => {
    expect(examples).toHaveLength((text.match(/```sh/g) ?? []).length);
    expect(examples.length).toBeGreaterThanOrEqual(5);
  });

  it.each(examples)('says what really comes: $command', async ({ command, answer }) => {
    const script = command.replaceAll('http://localhost:8080', base);
    const env = { ...process.env, PARSTOCK_KEY: test.keys.planner };
    const { stdout } = await promisify(execFile)('bash', ['-euc', script], { env });
    expect(JSON.parse(stdout)).toMatchObject(JSON.parse(answer));
  });
});
