import type { z } from 'zod';
import {
  type Import,
  importSchema,
  productForecastSchema,
  proposalSchema,
  proposalWithTraceSchema,
  type Run,
  runSchema,
  scratchTenantSchema,
  sessionSchema,
  statusSchema,
} from '../../contract/index.ts';
import { UnexpectedAnswer } from '../product/product-client.ts';
import { checkArithmetic } from './order-arithmetic.ts';
import { type SampleProduct, sampleFiles, sampleProducts, unitsOn } from './sample-company.ts';
import { expectClose, expectEqual, inScratch, type SmokeCheck, settled } from './smoke-context.ts';

type Forecast = z.infer<typeof productForecastSchema>;

/** Every check, in order. Each is made on the answers of the product, none on a port. */
export const smokeChecks: readonly SmokeCheck[] = [
  {
    name: 'answers',
    title: 'the server answers, and says what it is',
    needs: [],
    run: async (context) => {
      const { deployer } = context;
      const status = statusSchema.parse(await deployer.ask('GET', '/status'));
      context.version = status.version;
      const live = await deployer.ask<{ status: string }>('GET', '/live');
      expectEqual('GET /live', { found: live.status, wanted: 'live' });
      return `version ${status.version}, schema ${status.schema.database}`;
    },
  },
  {
    name: 'page',
    title: 'the page is served, with its script and its style',
    needs: ['answers'],
    run: async ({ deployer }) => {
      const html = await textOf(await deployer.send('GET', '/', { anonymous: true }), 'GET /');
      const files = [...html.matchAll(/(?:src|href)="(\/[^"]+\.(?:js|css))"/g)].map(
        ([, at]) => at!,
      );
      if (!files.some((at) => at.endsWith('.js')))
        throw new UnexpectedAnswer({ where: 'GET /', found: 'no script', wanted: 'the page' });
      for (const at of files)
        await textOf(await deployer.send('GET', at, { anonymous: true }), `GET ${at}`);
      return `${files.length} files`;
    },
  },
  {
    name: 'scratch-tenant',
    title: 'a tenant for the test is made',
    needs: ['answers'],
    run: async (context) => {
      const answer = await context.deployer.ask('POST', '/api/v1/scratch-tenants');
      context.scratch = scratchTenantSchema.parse(answer);
      return `until ${context.scratch.expiresAt}`;
    },
  },
  {
    name: 'sign-in',
    title: 'a user signs in, and is refused with a wrong password',
    needs: ['scratch-tenant'],
    run: async ({ deployer, scratch }) => {
      const { email, password, id } = scratch!;
      const where = 'POST /api/v1/session';
      const signIn = (word: string) =>
        deployer.send('POST', '/api/v1/session', {
          body: { email, password: word },
          anonymous: true,
        });
      const wrong = await signIn(`not ${password}`);
      expectEqual(`${where} with a wrong password`, { found: wrong.status, wanted: 401 });
      const answer = await signIn(password);
      expectEqual(where, { found: answer.status, wanted: 200 });
      const cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? '';
      const session = await deployer.ask('GET', '/api/v1/session', { cookie });
      const { user, tenant } = sessionSchema.parse(session);
      expectEqual('the session', { found: [user.email, tenant.id], wanted: [email, id] });
      await deployer.send('DELETE', '/api/v1/session', { cookie });
      const after = await deployer.send('GET', '/api/v1/session', { cookie });
      expectEqual('the session after signing out', { found: after.status, wanted: 401 });
      return 'in and out';
    },
  },
  {
    name: 'import',
    title: 'a file of three products is checked and taken over',
    needs: ['scratch-tenant'],
    run: async (context) => {
      await importFile(context, 'products');
      return `${sampleProducts.length} rows`;
    },
  },
  {
    name: 'products',
    title: 'the products are listed as they were imported',
    needs: ['import'],
    run: async (context) => {
      const where = '/api/v1/products?limit=50';
      type Listed = { items: { sku: string; name: string }[] };
      const { items } = await inScratch(context).ask<Listed>('GET', where);
      const found = items.map(({ sku, name }) => `${sku} ${name}`).sort();
      const wanted = sampleProducts.map(({ sku, name }) => `${sku} ${name}`).sort();
      expectEqual('the list of products', { found, wanted });
      return `${items.length} products`;
    },
  },
  {
    name: 'import-sales',
    title: 'supplier, terms, stock and sales are taken over',
    needs: ['import'],
    run: async (context) => {
      for (const kind of ['suppliers', 'terms', 'stock', 'sales']) await importFile(context, kind);
      const rows = sampleFiles(context.today).at(-1)!.rows;
      return `${rows} rows of sales`;
    },
  },
  {
    name: 'forecast',
    title: 'a forecast run gives the figures that are known beforehand',
    needs: ['import-sales'],
    run: async (context) => {
      const scratch = inScratch(context);
      const asked = await scratch.ask<Run>('POST', '/api/v1/runs', { body: { horizonDays: 28 } });
      const run = await settled(
        async () => runSchema.parse(await scratch.ask('GET', `/api/v1/runs/${asked.id}`)),
        { unsettled: ['queued', 'running'], signal: context.signal },
      );
      expectEqual('the state of the run', { found: run.state, wanted: 'completed' });
      context.runId = run.id;
      for (const product of sampleProducts) {
        const at = `/api/v1/products/${product.sku}/forecast`;
        checkForecast(product, productForecastSchema.parse(await scratch.ask('GET', at)));
      }
      return `${sampleProducts.length} series over ${run.horizonDays} days`;
    },
  },
  {
    name: 'order',
    title: 'an order proposal comes to what its inputs come to',
    needs: ['forecast'],
    run: async (context) => {
      const scratch = inScratch(context);
      type Page = { items: { id: string }[] };
      const list = '/api/v1/proposals?ordersOnly=false&limit=50';
      const { items } = await scratch.ask<Page>('GET', list);
      const notes: string[] = [];
      for (const { id } of items) {
        const listed = proposalSchema.parse(items.find((item) => item.id === id));
        const answer = await scratch.ask('GET', `/api/v1/proposals/${id}`);
        const proposal = proposalWithTraceSchema.parse(answer);
        expectEqual(`the proposal of ${listed.sku} and its line in the list`, {
          found: proposal.quantity,
          wanted: listed.quantity,
        });
        const product = sampleProducts.find(({ sku }) => sku === proposal.sku);
        if (product) notes.push(`${proposal.quantity} × ${checkArithmetic(product, proposal)}`);
      }
      expectEqual('the number of proposals', {
        found: notes.length,
        wanted: sampleProducts.length,
      });
      return notes.join(', ');
    },
  },
  {
    name: 'clean-up',
    title: 'the tenant is removed with all that it had',
    needs: ['scratch-tenant'],
    run: async (context) => {
      const { id } = context.scratch!;
      const where = `/api/v1/scratch-tenants/${id}`;
      await context.deployer.ask('DELETE', where);
      const after = await inScratch(context).send('GET', '/api/v1/products');
      expectEqual('its key afterwards', { found: after.status, wanted: 401 });
      context.scratch = null;
      return 'nothing left';
    },
  },
];

async function textOf(answer: Response, where: string): Promise<string> {
  const text = await answer.text();
  if (answer.ok && text.length > 0) return text;
  const found = `HTTP ${answer.status}, ${text.length} characters`;
  throw new UnexpectedAnswer({ where, found, wanted: 'a file' });
}

/** Uploads a file, holds the dry run against what is in it, takes it over. */
async function importFile(context: Parameters<SmokeCheck['run']>[0], kind: string): Promise<void> {
  const scratch = inScratch(context);
  const { csv, rows } = sampleFiles(context.today).find((file) => file.kind === kind)!;
  const address = `/api/v1/imports?kind=${kind}&fileName=smoke-${kind}.csv`;
  const { id } = await scratch.ask<Import>('POST', address, { csv });
  const read = async () => importSchema.parse(await scratch.ask('GET', `/api/v1/imports/${id}`));
  const until = (unsettled: string[]) => settled(read, { unsettled, signal: context.signal });
  const checked = await until(['uploading', 'checking']);
  expectEqual(`the dry run of ${kind}`, {
    found: [checked.state, checked.rows.total, checked.rows.new, checked.rows.bad],
    wanted: ['checked', rows, rows, 0],
  });
  await scratch.ask('POST', `/api/v1/imports/${id}/commit`);
  const done = await until(['committing', 'checked']);
  expectEqual(`the import of ${kind}`, { found: done.state, wanted: 'committed' });
}

/** Share of a figure by which a forecast of demand without chance may be off. */
const TOLERANCE = 0.02;

function checkForecast(product: SampleProduct, forecast: Forecast): void {
  const { sku } = product;
  expectEqual(`the forecast of ${sku}`, { found: forecast.refusal, wanted: null });
  expectEqual(`the days of ${sku}`, { found: forecast.dates.length, wanted: 28 });
  for (const [i, date] of forecast.dates.entries()) {
    const wanted = unitsOn(product, date);
    const within = TOLERANCE * wanted;
    expectClose(`the forecast of ${sku} on ${date}`, { found: forecast.mean[i]!, wanted, within });
    const levels = forecast.quantiles.map((quantile) => quantile[i]!);
    const sorted = [...levels].sort((a, b) => a - b);
    expectEqual(`the quantiles of ${sku} on ${date}`, { found: levels, wanted: sorted });
  }
}
