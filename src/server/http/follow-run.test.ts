import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../../../test/support/http.ts';

let test: TestApp;
let base: string;
beforeAll(async () => {
  test = await startTestApp();
  base = await test.app.listen({ port: 0, host: '127.0.0.1' });
});
afterAll(() => test.close());

async function insertRun(): Promise<string> {
  return test.database.withTenant(test.tenantId, async (tx) => {
    const { rows } = await sql<{ id: string }>`
      insert into forecast_runs (tenant_id, state, as_of, horizon_days, options, engine_version,
        requested_by, series_total)
      values (${test.tenantId}, 'running', '2024-06-30', 28, '{"seed": 1}', 'test', 'test', 10)
      returning id`.execute(tx);
    return rows[0]!.id;
  });
}

const update = (id: string, state: string, done: number) =>
  test.database.withTenant(test.tenantId, (tx) =>
    sql`update forecast_runs set state = ${state}, series_done = ${done} where id = ${id}`.execute(
      tx,
    ),
  );

const follow = (id: string, headers: Record<string, string> = {}) =>
  fetch(`${base}/api/v1/runs/${id}/events`, {
    headers: { authorization: `Bearer ${test.keys.viewer}`, ...headers },
  });

it('tells each step of a run, and ends with it', async () => {
  const id = await insertRun();
  const answer = await follow(id);
  expect(answer.headers.get('content-type')).toBe('text/event-stream');
  const told: string[] = [];
  const steps = [() => update(id, 'running', 5), () => update(id, 'completed', 10)];
  for await (const event of eventsOf(answer)) {
    const run = JSON.parse(event.data!);
    told.push(`${event.event} ${event.id} ${run.series.done}/${run.series.total}`);
    await steps.shift()?.();
  }
  expect(told).toEqual(['run running 0/10', 'run running 5/10', 'run completed 10/10']);

  // A browser comes back by itself; having seen the end, it is sent away for good.
  expect((await follow(id, { 'last-event-id': 'completed' })).status).toBe(204);
});

it('of nobody is refused as everywhere', async () => {
  const answer = await follow('00000000-0000-4000-8000-000000000000');
  expect(answer.status).toBe(404);
  expect(await answer.json()).toMatchObject({ code: 'not_found' });
});

it('ends when the server begins to stop', async () => {
  const id = await insertRun();
  const told = [];
  for await (const event of eventsOf(await follow(id))) {
    told.push(event.id);
    test.stop.abort();
  }
  expect(told).toEqual(['running']);
});

async function* eventsOf(answer: Response) {
  let text = '';
  for await (const chunk of answer.body!.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const fields = text.slice(0, end).split('\n');
      text = text.slice(end + 2);
      const event: Record<string, string> = Object.fromEntries(
        fields.map((field) => field.split(/: (.*)/s).slice(0, 2)),
      );
      if (event.data) yield event;
    }
  }
}
