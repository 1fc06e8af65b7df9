import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../../../test/support/http.ts';
import { eventually } from '../../../test/support/jobs.ts';
import { resourceOf, routes } from './routes.ts';

let test: TestApp;
beforeAll(async () => {
  test = await startTestApp({ work: true });
});
afterAll(() => test.close());

const api = '/api/v1';
const read = async (path: string) => (await test.ask({ as: 'viewer', url: api + path })).json();
const post = async (path: string, payload: object = {}) => {
  const answer = await test.ask({ as: 'planner', method: 'POST', url: api + path, payload });
  expect(answer.statusCode, answer.body).toBeLessThan(300);
  return answer.json();
};

const files = {
  suppliers: 'code,name\nMILL,"=cmd|calc!A1 Mill"\n',
  products: 'sku,name,unit_cost,currency\nA,=1+1,2.50,EUR\nB,Spaghetti,1.10,EUR\n',
  terms: 'sku,supplier,lead_time_days,order_multiple\nA,MILL,7,6\nB,MILL,7,10\n',
  stock: 'sku,on_hand,counted_on\nA,5,2024-06-30\nB,9000,2024-06-30\n',
  sales: salesOf(['A', 'B'], 200),
};

function salesOf(skus: readonly string[], days: number): string {
  const rows = Array.from({ length: days }, (_, day) => {
    const date = new Date(Date.UTC(2024, 5, 30 - day)).toISOString().slice(0, 10);
    return skus.map((sku) => `${sku},${date},${day % 7 === 0 ? 0 : 8 + (day % 5)}`).join('\n');
  });
  return `sku,date,units\n${rows.join('\n')}\n`;
}

it('goes from files to a receipt through the API alone', async () => {
  for (const [kind, text] of Object.entries(files)) {
    const answer = await test.ask({
      as: 'planner',
      method: 'POST',
      url: `${api}/imports?kind=${kind}&fileName=${kind}.csv`,
      headers: { 'content-type': 'text/csv' },
      payload: text,
    });
    const { id } = answer.json();
    const inState = (state: string) =>
      eventually(`${kind} ${state}`, async () => {
        const found = await read(`/imports/${id}`);
        if (found.state === 'refused') throw new Error(JSON.stringify(found));
        return found.state === state && found;
      });
    await inState('checked');
    expect((await read(`/imports/${id}/errors`)).items).toEqual([]);
    await post(`/imports/${id}/commit`);
    await inState('committed');
  }
  expect((await read('/imports')).items).toHaveLength(5);

  const run = await post('/runs', { horizonDays: 28 });
  const done = await eventually('the run ends', async () => {
    const found = await read(`/runs/${run.id}`);
    return found.state === 'completed' && found.proposals > 0 && found;
  });
  expect(done.series).toEqual({ total: 2, done: 2, refused: 0 });
  const forecast = await read('/products/A/forecast');
  expect(forecast.dates).toHaveLength(28);
  expect(forecast.quantiles.map((level: number[]) => level.length)).toEqual(
    forecast.levels.map(() => 28),
  );

  const { items } = await read('/proposals');
  expect(items.map(({ sku }: { sku: string }) => sku)).toEqual(['A']);
  const proposal = await read(`/proposals/${items[0].id}`);
  expect(proposal.trace.length).toBeGreaterThan(3);
  expect(proposal.quantity % 6).toBe(0);
  expect((await read('/proposals/by-supplier')).items).toMatchObject([{ lines: 1 }]);
  expect((await read('/today')).toOrder).toMatchObject({ lines: 1, suppliers: 1 });

  const accept = `/proposals/${proposal.id}/accept`;
  expect(await post(accept)).toMatchObject({ state: 'accepted' });
  const [order] = (await read('/purchase-orders')).items;
  expect(order).toMatchObject({ state: 'draft', supplierCode: 'MILL' });
  const csv = await test.ask({ as: 'viewer', url: `${api}/purchase-orders/${order.id}/csv` });
  expect(csv.headers).toMatchObject({
    'content-type': 'text/csv; charset=utf-8',
    'content-disposition': `attachment; filename="${order.number}.csv"`,
  });
  const [header, line] = csv.body.split('\r\n');
  expect(header).toBe('\uFEFForder,sku,product,quantity,unit,unit_cost,currency,expected_on');
  expect(line).toContain(`${order.number},A,'=1+1,${proposal.quantity},each,2.5,EUR,`);

  const confirmed = await post(`/purchase-orders/${order.id}/confirm`);
  expect(confirmed.state).toBe('confirmed');
  expect((await read('/products/A')).openOrders).toMatchObject([{ number: order.number }]);
  const receipt = {
    requestId: 'delivery-1',
    lines: [{ lineId: order.lines[0].id, quantity: proposal.quantity }],
  };
  expect((await post(`/purchase-orders/${order.id}/receipts`, receipt)).state).toBe('received');
  expect((await read('/products/A')).stock.onHand).toBe(5 + proposal.quantity);
  expect((await read('/suppliers')).items[0].learnedLeadTime).toMatchObject({ receipts: 1 });
  expect(await post('/proposals/refresh')).toMatchObject({ toOrder: 0 });

  await expectClosedToOthers({
    imports: (await read('/imports')).items[0].id,
    runs: run.id,
    proposals: proposal.id,
    'purchase-orders': order.id,
  });
});

/** Every route with an id, asked by another company's administrator with an id of ours. */
async function expectClosedToOthers(ids: Readonly<Record<string, string>>): Promise<void> {
  const bodies: Readonly<Record<string, object>> = {
    dismissProposal: { reason: 'not mine' },
    changeOrderLine: { quantity: 1 },
    receiveOrder: { requestId: 'theirs', lines: [{ lineId: '1', quantity: 1 }] },
  };
  const asked = routes.filter((route) => ids[resourceOf(route)] && route.path.includes('/:id'));
  expect(asked.length).toBeGreaterThan(12);
  for (const route of asked) {
    const path = route.path.replace(':id', ids[resourceOf(route)]!).replace(':line', '1');
    const payload = route.writes ? (bodies[route.action] ?? {}) : undefined;
    const answer = await test.ask({ as: 'other', method: route.method, url: api + path, payload });
    expect(answer.json(), route.action).toMatchObject({ status: 404, code: 'not_found' });
  }
}
