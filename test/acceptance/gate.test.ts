import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AccuracyReport } from '../../src/contract/index.ts';
import { compareAccuracy, measureAccuracy } from '../../src/deploy/accuracy-gate/index.ts';
import { runParstock } from '../support/command-line.ts';
import { type DemoServer, startDemoServer } from '../support/demo-server.ts';
import { startLyingProxy } from '../support/lying-proxy.ts';

/** Series of the demo data, few and short: what is tested is the gate, not the engine. */
const sample = { sampleSize: 9, horizonDays: 14, windows: 1 };

let server: DemoServer;
let apiKey: string;
let before: AccuracyReport;
beforeAll(async () => {
  server = await startDemoServer();
  const key = { name: 'gate', role: 'admin' };
  apiKey = (await server.ask<{ secret: string }>('POST', '/api-keys', key)).secret;
  before = await measureAccuracy({ url: server.origin, apiKey }, sample);
}, 240_000);
afterAll(() => server?.stop());

/** A version that forecasts the same series worse: its report is passed on with larger errors. */
const worse = (factor: number) =>
  startLyingProxy(server.origin, ({ body }) => ({
    body: body.replace(/^(event: report\ndata: )(.*)$/m, (_, head: string, data: string) => {
      const report = JSON.parse(data) as AccuracyReport;
      const series = report.series.map((one) => ({ ...one, rmsse: one.rmsse! * factor }));
      return `${head}${JSON.stringify({ ...report, series })}`;
    }),
  }));

describe('the accuracy gate', () => {
  test('a version scores itself on the data of its destination', () => {
    expect(before.series).toHaveLength(9);
    for (const { rmsse, sql, refusal } of before.series) {
      expect(refusal).toBeNull();
      expect(rmsse).toBeGreaterThan(0);
      expect(sql).toBeGreaterThan(0);
    }
  });

  test('the same engine on the same data passes, series by series', async () => {
    const result = await compareAccuracy({
      running: before,
      candidate: { url: server.origin, apiKey },
    });
    expect(result).toMatchObject({ verdict: 'passed', series: 9, lost: [], worst: [] });
    expect(result.measures.map(({ change }) => change)).toEqual([0, 0]);
  });

  test('a worse one is stopped, and its worst series are named', async () => {
    const proxy = await worse(1.2);
    const candidate = { url: proxy.url, apiKey };
    const result = await compareAccuracy({ running: before, candidate }, { tolerance: 0.05 });
    await proxy.close();
    expect(result.verdict).toBe('breached');
    expect(result.reason).toMatch(/RMSSE rose by 20\.0 % over 9 series/);
    expect(before.series.map(({ sku }) => sku)).toContain(result.worst[0]?.sku);
  });

  test('a version from before the gate is not judged by it', async () => {
    const old: Server = createServer((_request, response) => {
      response.statusCode = 404;
      response.end();
    });
    await new Promise<void>((resolve) => old.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(old.address() as AddressInfo).port}`;
    const candidate = { url: server.origin, apiKey };
    const result = await compareAccuracy({ running: { url, apiKey }, candidate });
    old.close();
    expect(result.verdict).toBe('not-judged');
  });

  test('the verb ends with 1 at a breach, and shows the series', async () => {
    const proxy = await worse(1.5);
    const words = [
      '--against',
      server.origin,
      '--series',
      '9',
      '--horizon',
      '14',
      '--windows',
      '1',
    ];
    const env = { PARSTOCK_API_KEY: apiKey };
    const told = await runParstock(['gate', proxy.url, ...words], { env });
    await proxy.close();
    expect(told).toMatchObject({ code: 1, stdout: expect.stringMatching(/^BREACHED: RMSSE rose/) });
    expect(told.stdout).toMatch(/worst series/);
  });
});
