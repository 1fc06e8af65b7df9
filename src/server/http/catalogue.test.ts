import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insertCatalogue } from '../../../test/support/catalogue.ts';
import { startTestApp, type TestApp, testToday } from '../../../test/support/http.ts';

let test: TestApp;
beforeAll(async () => {
  test = await startTestApp();
  const { database, tenantId, otherTenantId } = test;
  const lastDay = '2024-06-30';
  await insertCatalogue(database, { tenantId, products: 45, days: 30, lastDay, suppliers: 7 });
  const other = { tenantId: otherTenantId, products: 3, days: 3, lastDay, suppliers: 1 };
  await insertCatalogue(database, other);
});
afterAll(() => test.close());

const read = async (url: string) => (await test.ask({ as: 'viewer', url })).json();

describe('the list of products', () => {
  it('walks page by page over each product once', async () => {
    const seen: string[] = [];
    let pages = 0;
    let cursor: string | null = '';
    while (cursor !== null) {
      const next: string = cursor && `&cursor=${cursor}`;
      const page = await read(`/api/v1/products?limit=20${next}`);
      seen.push(...page.items.map(({ sku }: { sku: string }) => sku));
      cursor = page.nextCursor;
      pages++;
    }
    expect(pages).toBe(3);
    expect(seen).toHaveLength(45);
    expect(seen).toEqual([...new Set(seen)].sort());
  });

  it('has no next page when the last one is just full', async () => {
    const { items, nextCursor } = await read('/api/v1/products?limit=45');
    expect(items).toHaveLength(45);
    expect(nextCursor).toBeNull();
  });

  it('finds a part of SKU or name, in any case, and takes no character for a pattern', async () => {
    const skus = async (query: string) => {
      const { items } = await read(`/api/v1/products?query=${encodeURIComponent(query)}`);
      return items.map(({ sku }: { sku: string }) => sku);
    };
    expect(await skus('p0004')).toEqual([
      'P00040',
      'P00041',
      'P00042',
      'P00043',
      'P00044',
      'P00045',
    ]);
    expect(await skus('PRODUCT 7')).toEqual(['P00007']);
    for (const pattern of ['%', '_', '\\', "' or true --"]) expect(await skus(pattern)).toEqual([]);
  });
});

describe('a product', () => {
  it('comes with stock and terms, its money exact', async () => {
    await test.database.withTenant(test.tenantId, (tx) =>
      sql`update products set unit_price = 12345678901234.5678, currency = 'USD'
        where sku = 'P00001'`.execute(tx),
    );
    const product = await read('/api/v1/products/P00001');
    expect(product).toMatchObject({ sku: 'P00001', name: 'Product 1', serviceLevel: 0.95 });
    expect(product.unitPrice).toEqual({ amount: '12345678901234.5678', currency: 'USD' });
    expect(product.stock).toMatchObject({ onHand: expect.any(Number) });
    expect(product.terms[0]).toMatchObject({ preferred: true, unitCost: { currency: 'EUR' } });
  });

  it('is found by a SKU with a slash and other signs', async () => {
    const sku = 'A/B 50% ü';
    await test.database.withTenant(test.tenantId, (tx) =>
      sql`insert into products (tenant_id, sku, name)
        values (${test.tenantId}, ${sku}, 'odd')`.execute(tx),
    );
    const product = await read(`/api/v1/products/${encodeURIComponent(sku)}`);
    expect(product).toMatchObject({ sku, stock: null, terms: [], openOrders: [] });
  });

  it("takes a planner's changes, and the audit log says whose", async () => {
    const change = (payload: object) =>
      test.ask({ as: 'planner', method: 'PATCH', url: '/api/v1/products/P00002', payload });
    const answer = await change({ serviceLevel: 0.99 });
    expect(answer.json()).toMatchObject({ serviceLevel: 0.99, active: true });
    expect((await change({ active: false })).json()).toMatchObject({
      serviceLevel: 0.99,
      active: false,
    });
    const { rows } = await test.database.withTenant(test.tenantId, (tx) =>
      sql`select actor, details from audit_log where action = 'product.change' order by id`.execute(
        tx,
      ),
    );
    expect(rows).toEqual([
      { actor: 'key a planner', details: { serviceLevel: 0.99 } },
      { actor: 'key a planner', details: { active: false } },
    ]);
    expect((await change({ serviceLevel: 1 })).json().details.issues).toEqual([
      { in: 'body', path: 'serviceLevel', found: '1', wanted: 'less than 1' },
    ]);
  });
});

describe('sales', () => {
  const removeDay = (sku: string, date: string) =>
    test.database.withTenant(test.tenantId, (tx) =>
      sql`delete from demand_daily where date = ${date}
        and product_id = (select id from products where sku = ${sku})`.execute(tx),
    );

  it('have every day in its place; an unrecorded one is unknown where zeros are recorded', async () => {
    await removeDay('P00003', '2024-06-15');
    await test.database.withTenant(test.tenantId, (tx) =>
      sql`update demand_daily set units = 0, promotion = true, in_stock = false where date = '2024-06-16'
        and product_id = (select id from products where sku = 'P00003')`.execute(tx),
    );
    const sales = await read('/api/v1/products/P00003/sales?from=2024-06-14&to=2024-06-16');
    expect(sales.dates).toEqual(['2024-06-14', '2024-06-15', '2024-06-16']);
    expect(sales.units).toEqual([expect.any(Number), null, 0]);
    expect(sales.promotion[2]).toBe(true);
    expect(sales.inStock).toEqual([null, null, false]);
    const all = await read('/api/v1/products/P00003/sales');
    expect(all.dates).toHaveLength(30);
    expect(all.dates.at(-1)).toBe('2024-06-30');
  });

  it('are nothing on an unrecorded day where files list selling days only', async () => {
    const url = '/api/v1/products/P00001/sales';
    await test.database.withTenant(test.otherTenantId, async (tx) => {
      await sql`update demand_daily set units = 2`.execute(tx);
      await sql`delete from demand_daily where date = '2024-06-29'`.execute(tx);
    });
    const sales = (await test.ask({ as: 'other', url })).json();
    expect(sales.units).toEqual([2, 0, 2]);
  });
});

describe('a forecast', () => {
  it('is null while no run has ended, and then read from the newest one', async () => {
    const url = '/api/v1/products/P00001/forecast';
    const before = await test.ask({ as: 'viewer', url });
    expect([before.statusCode, before.body]).toEqual([200, 'null']);
    await insertForecast();
    const forecast = await read(url);
    expect(forecast).toMatchObject({
      origin: '2024-06-30',
      method: 'theta',
      dates: ['2024-07-01', '2024-07-02'],
      mean: [5, 6],
      levels: [0.1, 0.5, 0.9],
      quantiles: [
        [1, 2],
        [5, 6],
        [9, 10],
      ],
      accuracy: { periods: 2, through: testToday, mase: 0.8, bias: -0.5, inside80: 0.5 },
    });
    const { items } = await read('/api/v1/products?query=P00001');
    expect(items[0]).toMatchObject({ sku: 'P00001', method: 'theta', demandClass: 'smooth' });
  });

  async function insertForecast(): Promise<void> {
    const { tenantId } = test;
    await test.database.withTenant(tenantId, async (tx) => {
      const { rows } = await sql<{ id: string }>`
        insert into forecast_runs (tenant_id, state, as_of, horizon_days, engine_version,
          requested_by, finished_at)
        values (${tenantId}, 'running', '2024-06-30', 2, 'test', 'test', now()) returning id`.execute(
        tx,
      );
      const runId = rows[0]!.id;
      await sql`insert into forecasts (tenant_id, run_id, product_id, origin, method, reason,
          demand_class, scores, mean, levels, quantiles)
        select ${tenantId}::uuid, ${runId}::uuid, id, '2024-06-30', 'theta', 'Because.', 'smooth',
          '[]', '{5,6}', '{0.1,0.5,0.9}', '{1,2,5,6,9,10}' from products where sku = 'P00001'`.execute(
        tx,
      );
      await sql`update forecast_runs set state = 'completed'`.execute(tx);
      await sql`insert into forecast_accuracy (tenant_id, run_id, product_id, periods, through,
          actual_units, forecast_units, absolute_error, mase, inside80)
        select ${tenantId}::uuid, ${runId}::uuid, id, 2, ${testToday}::date, 20, 10, 10, 0.8, 1
        from products where sku = 'P00001'`.execute(tx);
    });
  }
});

it('lists suppliers page by page, with how many products they supply', async () => {
  const first = await read('/api/v1/suppliers?limit=4');
  const rest = await read(`/api/v1/suppliers?limit=4&cursor=${first.nextCursor}`);
  expect(rest.nextCursor).toBeNull();
  const all = [...first.items, ...rest.items];
  expect(all.map(({ code }) => code)).toEqual(['S1', 'S2', 'S3', 'S4', 'S5', 'S6', 'S7']);
  expect(all.reduce((sum, { products }) => sum + products, 0)).toBe(45);
  expect(all[0]).toMatchObject({ workingWeekdays: [1, 2, 3, 4, 5], learnedLeadTime: null });
});

describe('promotions of a product', () => {
  const url = '/api/v1/products/P00007/promotions';
  const ask = (as: 'viewer' | 'planner', method: 'POST' | 'DELETE' | 'GET', more: object = {}) =>
    test.ask({ as, method, url, ...more });

  it('are planned, listed and removed', async () => {
    const days = { firstDay: '2024-07-10', lastDay: '2024-07-13' };
    const made = await ask('planner', 'POST', { payload: { ...days, name: ' Summer ' } });
    expect(made.statusCode).toBe(201);
    const promotion = made.json();
    expect(promotion).toEqual({ id: expect.any(String), ...days, name: 'Summer' });
    expect((await read(`${url}?from=2024-07-13`)).items).toEqual([promotion]);
    expect((await read(`${url}?from=2024-07-14`)).items).toEqual([]);
    expect((await read('/api/v1/products/P00008/promotions')).items).toEqual([]);
    const elsewhere = `/api/v1/products/P00008/promotions/${promotion.id}`;
    expect((await ask('planner', 'DELETE', { url: elsewhere })).statusCode).toBe(404);
    const own = `${url}/${promotion.id}`;
    expect((await ask('planner', 'DELETE', { url: own })).statusCode).toBe(204);
    expect((await ask('planner', 'DELETE', { url: own })).statusCode).toBe(404);
    expect((await read(url)).items).toEqual([]);
  });

  it('are refused backwards, twice on a day, for an unknown product, and to a viewer', async () => {
    const plan = async (firstDay: string, lastDay: string, more: object = {}) => {
      const answer = await ask('planner', 'POST', { payload: { firstDay, lastDay }, ...more });
      const { code, details } = answer.json();
      return { status: answer.statusCode, code, details };
    };
    expect(await plan('2024-07-10', '2024-07-09')).toMatchObject({
      ...{ status: 400, code: 'invalid_request' },
      details: { field: 'lastDay', found: '2024-07-09' },
    });
    expect(await plan('2024-07-10', '2025-07-11')).toMatchObject({ status: 400 });
    expect(await plan('2024-02-30', '2024-03-01')).toMatchObject({ status: 400 });
    expect(await plan('2024-07-10', '2024-07-10')).toMatchObject({ status: 201 });
    const again = await plan('2024-07-10', '2024-07-12');
    expect(again).toMatchObject({ status: 409, code: 'already_exists' });
    const nowhere = { url: '/api/v1/products/NONE/promotions' };
    expect(await plan('2024-07-10', '2024-07-10', nowhere)).toMatchObject({ status: 404 });
    const payload = { firstDay: '2024-07-20', lastDay: '2024-07-20' };
    expect((await ask('viewer', 'POST', { payload })).statusCode).toBe(403);
  });
});
