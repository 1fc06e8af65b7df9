import { type NewPromotionInput, type Promotion, Refusal } from '../../contract/index.ts';
import { recordAudit } from '../store/audit.ts';
import type { Tx } from '../store/database.ts';
import { findProductId } from '../store/products.ts';
import {
  deletePromotion,
  insertPromotion,
  listPromotions as listRows,
  type PromotionRow,
} from '../store/promotions.ts';
import type { ActionContext } from './context.ts';

/** The table takes no longer ones either: what always is on offer is no promotion. */
const LONGEST_DAYS = 366;
const MS_PER_DAY = 86_400_000;

/** Promotions of a product, past and planned, from a day on. */
export function listPromotions(
  context: ActionContext,
  { sku, from = '1900-01-01' }: { sku: string; from?: string },
): Promise<{ items: Promotion[] }> {
  return context.database.withTenant(context.tenantId, async (tx) => {
    const productId = await productOf(tx, sku);
    return { items: (await listRows(tx, { productId, from })).map(describe) };
  });
}

/** Plans a promotion, or notes one that was; the next forecast run knows it. */
export function planPromotion(
  context: ActionContext,
  { sku, firstDay, lastDay, name }: NewPromotionInput & { sku: string },
): Promise<Promotion> {
  const days = (Date.parse(lastDay) - Date.parse(firstDay)) / MS_PER_DAY + 1;
  if (days < 1 || days > LONGEST_DAYS)
    throw new Refusal('invalid_request', {
      field: 'lastDay',
      found: lastDay,
      wanted: `a day from ${firstDay} on, within a year`,
    });
  return context.database.withTenant(context.tenantId, async (tx) => {
    const productId = await productOf(tx, sku);
    const { tenantId } = context;
    const given = { tenantId, productId, firstDay, lastDay, name: name ?? null };
    const row = await insertPromotion(tx, given);
    if (!row) throw new Refusal('already_exists', { sku, firstDay });
    const details = { firstDay, lastDay, name: given.name };
    await recordAudit(tx, context, { action: 'promotion.plan', subject: sku, details });
    return describe(row);
  });
}

/** Takes a promotion out of the plan, or out of the past. */
export async function removePromotion(
  context: ActionContext,
  { sku, id }: { sku: string; id: string },
): Promise<undefined> {
  await context.database.withTenant(context.tenantId, async (tx) => {
    const productId = await productOf(tx, sku);
    const removed = await deletePromotion(tx, { productId, id: Number(id) });
    if (!removed) throw new Refusal('not_found', { sku, promotion: id });
    const details = { id };
    await recordAudit(tx, context, { action: 'promotion.remove', subject: sku, details });
  });
}

async function productOf(tx: Tx, sku: string): Promise<number> {
  const id = await findProductId(tx, sku);
  if (id === undefined) throw new Refusal('not_found', { sku });
  return id;
}

function describe({ id, first_day, last_day, name }: PromotionRow): Promotion {
  return { id: String(id), firstDay: first_day, lastDay: last_day, name };
}
