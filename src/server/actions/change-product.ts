import { type Product, Refusal } from '../../contract/index.ts';
import { recordAudit } from '../store/audit.ts';
import { findProductId, type ProductChange, updateProduct } from '../store/products.ts';
import type { ActionContext } from './context.ts';
import { readProduct } from './get-product.ts';
import { recomputeProposals } from './refresh-proposals.ts';

/** Changes what a planner decides about a product; its proposal follows at once. */
export function changeProduct(
  context: ActionContext,
  { sku, ...change }: ProductChange & { sku: string },
): Promise<Product> {
  return context.database.withTenant(context.tenantId, async (tx) => {
    const id = await findProductId(tx, sku);
    if (id === undefined) throw new Refusal('not_found', { sku });
    await updateProduct(tx, id, change);
    await recordAudit(tx, context, {
      action: 'product.change',
      subject: sku,
      details: { ...change },
    });
    await recomputeProposals(tx, context, [id]);
    return readProduct(tx, sku);
  });
}
