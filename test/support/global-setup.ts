import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTestCluster } from './cluster.ts';

/**
 * What all files of a test run share, found in the environment: one PostgreSQL, for `testDatabase`, and a
 * folder for what one of them makes and others use.
 */
export default async function setup(): Promise<() => Promise<void>> {
  const { cluster, stop } = await startTestCluster();
  const folder = mkdtempSync(join(tmpdir(), 'parstock-shared-'));
  process.env.PARSTOCK_TEST_CLUSTER = JSON.stringify(cluster);
  process.env.PARSTOCK_TEST_FOLDER = folder;
  return async () => {
    rmSync(folder, { recursive: true, force: true });
    await stop();
  };
}
