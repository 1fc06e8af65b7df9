/** The deploy history in the product: told by the deployer, shown on the page of administrators. */

import { type DeployRecord, deployListSchema } from '../../contract/index.ts';
import { openProduct, type ProductAddress } from '../product/product-client.ts';

export interface Telling {
  /** The delivery at hand: told whether or not it was told before. */
  readonly current: DeployRecord;
  /** Earlier ones, as the journal has them; those that the server knows, it knows better. */
  readonly earlier: readonly DeployRecord[];
}

/**
 * Tells the version that serves of a delivery, and of every earlier one that it does not know: the
 * journal on the host is the truth, so that a database that went back to an older copy learns again what
 * came after it. Gives the ids that were sent.
 */
export async function recordDeploys(
  server: ProductAddress,
  { current, earlier }: Telling,
): Promise<string[]> {
  const product = openProduct(server);
  const { items } = deployListSchema.parse(await product.ask('GET', '/api/v1/deploys'));
  const known = new Set(items.map(({ id }) => id));
  const oldest = items.at(-1)?.startedAt ?? '';
  // A list has an end: what is older than its last line may be known all the same.
  const full = items.length >= LISTED;
  const unknown = earlier.filter(
    ({ id, startedAt }) => !known.has(id) && !(full && startedAt < oldest),
  );
  const sent: string[] = [];
  for (const record of [...unknown.slice(-LISTED), current]) {
    await product.ask('POST', '/api/v1/deploys', { body: record });
    sent.push(record.id);
  }
  return sent;
}

/** As many as the server lists. */
const LISTED = 100;
