/** The deploy history in the product: told by the deployer, shown on the page of administrators. */

import { type DeployList, type DeployRecord, deployListSchema } from '../../contract/index.ts';
import { openProduct, type ProductAddress, UnexpectedAnswer } from '../product/product-client.ts';

export type { DeployList, DeployRecord } from '../../contract/index.ts';

export interface RecordedDeploys {
  /** Ids that the server did not know, and knows now. */
  readonly sent: readonly string[];
  /** Why nothing was recorded; null where all is well. */
  readonly left: string | null;
}

const UNKNOWN_TO_OLDER_VERSIONS = 404;

/**
 * Tells the version that serves of every delivery that it does not know or knows otherwise: the journal
 * on the host is the truth, so that a database that went back to an earlier copy learns again what came
 * after. Never rejects: a history that could not be written fails no deploy.
 */
export async function recordDeploys(
  server: ProductAddress,
  records: readonly DeployRecord[],
): Promise<RecordedDeploys> {
  const sent: string[] = [];
  try {
    const { items } = await listDeploys(server);
    const known = new Map(items.map((item) => [item.id, JSON.stringify(item)]));
    const product = openProduct(server);
    for (const record of records) {
      if (known.get(record.id) === JSON.stringify(record)) continue;
      await product.ask('POST', '/api/v1/deploys', { body: record });
      sent.push(record.id);
    }
    return { sent, left: null };
  } catch (error) {
    const old = error instanceof UnexpectedAnswer && error.status === UNKNOWN_TO_OLDER_VERSIONS;
    const left = old ? 'the version that serves keeps no history' : (error as Error).message;
    return { sent, left };
  }
}

/** What the server knows of deliveries, and what answers there now. */
export async function listDeploys(server: ProductAddress): Promise<DeployList> {
  return deployListSchema.parse(await openProduct(server).ask('GET', '/api/v1/deploys'));
}
