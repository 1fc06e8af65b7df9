import { startTestCluster } from './cluster.ts';

/** One PostgreSQL for all files of a test run; `testDatabase` finds it in the environment. */
export default async function setup(): Promise<() => Promise<void>> {
  const { cluster, stop } = await startTestCluster();
  process.env.PARSTOCK_TEST_CLUSTER = JSON.stringify(cluster);
  return stop;
}
