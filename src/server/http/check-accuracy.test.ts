import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp, testDeployKey } from '../../../test/support/http.ts';
import { eventually } from '../../../test/support/jobs.ts';
import { type AccuracyReport, accuracyReportSchema } from '../../contract/index.ts';

let test: TestApp;
let origin: string;
beforeAll(async () => {
  test = await startTestApp();
  await test.context.database.withTenant(test.tenantId, async (tx) => {
    const tenant = test.tenantId;
    await sql`insert into products (tenant_id, sku, name)
      select ${tenant}, 'SKU-' || i, 'Product ' || i from generate_series(1, 12) i`.execute(tx);
    // Twelve products of 130 days; the last has but ten.
    await sql`insert into demand_daily (tenant_id, product_id, date, units)
      select ${tenant}, p.id, '2024-01-01'::date + d,
        10 + 5 * ((d % 7) = 6)::int + abs(hashtext(p.sku || d)) % 5
      from products p, generate_series(0, 129) d
      where p.sku <> 'SKU-12' or d >= 120`.execute(tx);
  });
  origin = await test.app.listen({ port: 0, host: '127.0.0.1' });
});
afterAll(async () => {
  // Connections that are kept alive would be waited for.
  test.app.server.closeAllConnections();
  await test.close();
});

const ask = (body: object = {}, signal?: AbortSignal) =>
  fetch(`${origin}/api/v1/accuracy-checks`, {
    method: 'POST',
    headers: { authorization: `Bearer ${testDeployKey}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: signal ?? null,
  });

interface Told {
  readonly progress: { done: number; total: number }[];
  readonly report: AccuracyReport;
}

async function check(body: object): Promise<Told> {
  const answer = await ask(body);
  expect(answer.headers.get('content-type')).toBe('text/event-stream');
  const events = (await answer.text()).split('\n\n').map((block) => ({
    event: /^event: (.*)$/m.exec(block)?.[1],
    data: JSON.parse(/^data: (.*)$/m.exec(block)?.[1] ?? 'null'),
  }));
  const progress = events.filter(({ event }) => event === 'progress').map(({ data }) => data);
  const report = events.find(({ event }) => event === 'report')?.data;
  return { progress, report: accuracyReportSchema.parse(report) };
}

const small = { sampleSize: 6, horizonDays: 14, windows: 2 };

describe('an accuracy check', () => {
  it('scores a sample of the series that have history enough, and says how far it is', async () => {
    const { progress, report } = await check({ ...small, sampleSize: 100 });
    expect(report).toMatchObject({ asOf: '2024-05-09', horizonDays: 14, windows: 2 });
    expect(report.series).toHaveLength(11);
    for (const { sku, rmsse, sql: loss, windows, refusal } of report.series) {
      expect(sku).not.toBe('SKU-12');
      expect({ windows, refusal }).toEqual({ windows: 2, refusal: null });
      expect(rmsse).toBeGreaterThan(0.1);
      expect(loss).toBeGreaterThan(0.1);
    }
    expect(progress.at(0)).toEqual({ done: 0, total: 11 });
    expect(progress.at(-1)).toEqual({ done: 11, total: 11 });
  });

  it('is the same for the same seed, and another sample for another', async () => {
    const first = (await check({ ...small, seed: 1 })).report;
    const again = (await check({ ...small, seed: 1 })).report;
    const other = (await check({ ...small, seed: 2 })).report;
    expect(again).toEqual(first);
    const skus = ({ series }: AccuracyReport) => series.map(({ sku }) => sku).sort();
    expect(skus(other)).not.toEqual(skus(first));
  });

  it('repeats an earlier one, whatever sales have come since', async () => {
    const { report } = await check(small);
    await test.context.database.withTenant(test.tenantId, async (tx) => {
      await sql`insert into demand_daily (tenant_id, product_id, date, units)
        select ${test.tenantId}, id, '2024-06-01', 500 from products`.execute(tx);
    });
    const skus = report.series.map(({ sku }) => sku);
    const repeated = await check({ ...small, skus, asOf: report.asOf });
    const bySku = ({ series }: AccuracyReport) =>
      [...series].sort((a, b) => (a.sku < b.sku ? -1 : 1));
    expect(bySku(repeated.report)).toEqual(bySku(report));
  });

  it('says so when a corrected history makes two checks incomparable', async () => {
    const skus = ['SKU-1'];
    const before = await check({ ...small, skus, asOf: '2024-05-09' });
    await test.context.database.withTenant(test.tenantId, async (tx) => {
      await sql`update demand_daily d set units = units + 1 from products p
        where p.id = d.product_id and p.sku = 'SKU-1' and d.date = '2024-03-01'`.execute(tx);
    });
    const after = await check({ ...small, skus, asOf: '2024-05-09' });
    expect(after.report.series[0]?.dataHash).not.toBe(before.report.series[0]?.dataHash);
  });

  it('a closed connection cancels it, and the next one may begin', async () => {
    const gone = new AbortController();
    const answer = await ask({ sampleSize: 100, horizonDays: 28, windows: 3 }, gone.signal);
    expect(answer.status).toBe(200);
    const second = await ask(small);
    expect(await second.json()).toMatchObject({ status: 409, code: 'accuracy_check_under_way' });
    gone.abort();
    const freed = await eventually('the check to end', async () => {
      const next = await ask({ ...small, sampleSize: 1 });
      if (next.status === 200) return next;
      await next.body?.cancel();
      return undefined;
    });
    expect(await freed.text()).toContain('event: report');
  });

  it('has nothing to score where nothing was sold', async () => {
    const other = await fetch(`${origin}/api/v1/accuracy-checks`, {
      method: 'POST',
      headers: { authorization: `Bearer ${test.keys.other}` },
    });
    expect(await other.text()).toContain('"asOf":null');
  });
});
