import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deployRecord } from '../../../test/support/deploy-record.ts';
import { startTestApp, type TestApp, testDeployKey } from '../../../test/support/http.ts';
import { type DeployList, deployListSchema } from '../../contract/index.ts';
import { recordDeploys } from '../../deploy/history/index.ts';

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

const server = () => ({ url, apiKey: testDeployKey });
const listed = async (): Promise<DeployList> => {
  const answer = await test.ask({ method: 'GET', url: '/api/v1/deploys', as: 'admin' });
  return deployListSchema.parse(answer.json());
};

describe('the deploy history', () => {
  const first = deployRecord({ id: 'one', startedAt: '2026-11-20T09:00:00.000Z' });
  const second = deployRecord({ id: 'two', startedAt: '2026-11-21T09:00:00.000Z' });

  it('keeps what the deployer tells, newest first, each delivery once', async () => {
    expect(await recordDeploys(server(), { current: first, earlier: [] })).toEqual(['one']);
    expect(await recordDeploys(server(), { current: second, earlier: [first] })).toEqual(['two']);
    expect((await listed()).items).toEqual([second, first]);
    const ended = { ...second, state: 'undone' as const, reason: 'the watch saw errors' };
    // The journal knows less of earlier ones than was told at their time.
    const bare = { ...first, smoke: null, gate: null };
    await recordDeploys(server(), { current: ended, earlier: [bare] });
    expect((await listed()).items).toEqual([ended, first]);
  });

  it('learns again what a database that went back has forgotten', async () => {
    await test.database.pool.query('delete from deploys');
    const told = await recordDeploys(server(), { current: second, earlier: [first] });
    expect(told).toEqual(['one', 'two']);
    expect((await listed()).items).toEqual([second, first]);
  });

  it('says what answers, beside what was deployed', async () => {
    expect((await listed()).serving).toEqual({
      version: '0.0.0-test',
      image: null,
      since: '2024-07-01T12:00:00.000Z',
    });
  });

  it('is not for planners, and takes nothing of another shape', async () => {
    const planner = await test.ask({ method: 'GET', url: '/api/v1/deploys', as: 'planner' });
    expect(planner.statusCode).toBe(403);
    const strange = { ...first, digest: 7 } as never;
    await expect(recordDeploys(server(), { current: strange, earlier: [] })).rejects.toThrow(/400/);
  });
});
