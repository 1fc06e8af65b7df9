import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deployRecord } from '../../../test/support/deploy-record.ts';
import { startTestApp, type TestApp, testDeployKey } from '../../../test/support/http.ts';
import { listDeploys, recordDeploys } from '../../deploy/history/index.ts';

let test: TestApp;
let url: string;
beforeAll(async () => {
  test = await startTestApp();
  url = await test.app.listen({ port: 0, host: '127.0.0.1' });
});
afterAll(async () => {
  test.app.server.closeAllConnections();
  await test.close();
});

describe('the deploy history', () => {
  it('keeps what the deployer tells, newest first, each delivery once', async () => {
    const server = { url, apiKey: testDeployKey };
    const first = deployRecord({ id: 'one', startedAt: '2026-11-20T09:00:00.000Z' });
    const second = deployRecord({ id: 'two', startedAt: '2026-11-21T09:00:00.000Z' });
    expect(await recordDeploys(server, [first, second])).toEqual({
      sent: ['one', 'two'],
      left: null,
    });
    const { items } = await listDeploys(server);
    expect(items).toEqual([second, first]);
    // What is known is not sent again; what was told otherwise is.
    const ended = { ...second, state: 'undone' as const, reason: 'the watch saw errors' };
    expect((await recordDeploys(server, [first, ended])).sent).toEqual(['two']);
    expect((await listDeploys(server)).items).toEqual([ended, first]);
  });

  it('learns again what a database that went back has forgotten', async () => {
    await test.database.pool.query('delete from deploys');
    const server = { url, apiKey: testDeployKey };
    const told = await recordDeploys(server, [deployRecord({ id: 'one' })]);
    expect(told.sent).toEqual(['one']);
  });

  it('says what answers, beside what was deployed', async () => {
    const answer = await test.ask({ method: 'GET', url: '/api/v1/deploys', as: 'admin' });
    expect(answer.json().serving).toEqual({
      version: '0.0.0-test',
      image: null,
      since: '2024-07-01T12:00:00.000Z',
    });
  });

  it('is not for planners, and never fails a deploy', async () => {
    const planner = await test.ask({ method: 'GET', url: '/api/v1/deploys', as: 'planner' });
    expect(planner.statusCode).toBe(403);
    const wrong = await recordDeploys({ url, apiKey: 'wrong' }, [deployRecord()]);
    expect(wrong.left).toMatch(/401/);
    const gone = await recordDeploys({ url: 'http://127.0.0.1:1', apiKey: 'x' }, [deployRecord()]);
    expect(gone.left).toMatch(/no answer/);
  });
});
