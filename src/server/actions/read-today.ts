import type { Money } from '../../contract/common.ts';
import { itemRefusal } from '../../contract/item-refusals.ts';
import type { Today } from '../../contract/overview.ts';
import {
  listAtRisk,
  type RiskRow,
  readCatalogueFacts,
  sumOrdersUnderWay,
  sumOverstock,
  sumToOrder,
} from '../store/overview.ts';
import { sumRefusals } from '../store/planning-refusals.ts';
import { findNewestCompletedRun, listRunRows } from '../store/runs.ts';
import type { ActionContext } from './context.ts';
import { describeRuns } from './describe-run.ts';

const MOST_AT_RISK = 20;
/** Enough to begin with, per reason. */
const MOST_NAMED = 10;

/** What needs attention today, in units and money. */
export async function readToday(context: ActionContext): Promise<Today> {
  return context.database.withTenant(context.tenantId, async (tx) => {
    const facts = await readCatalogueFacts(tx);
    const toOrder = await sumToOrder(tx);
    const overstock = await sumOverstock(tx);
    const underWay = await sumOrdersUnderWay(tx, context.clock.today());
    const atRisk = await listAtRisk(tx, MOST_AT_RISK);
    const completed = await findNewestCompletedRun(tx);
    const [lastRun] = await describeRuns(tx, await listRunRows(tx, { limit: 1 }));
    return {
      asOf: facts.as_of ?? completed?.as_of ?? null,
      products: facts.products,
      lastSalesOn: facts.last_sales_on,
      toOrder: { ...toOrder, value: toMoney(toOrder.value) },
      atRisk: atRisk.map(describeRisk),
      overstock: { ...overstock, value: toMoney(overstock.value) },
      drafts: underWay.drafts,
      awaitingReceipt: {
        orders: underWay.orders,
        overdue: underWay.overdue,
        value: toMoney(underWay.value),
      },
      refusedSeries: completed?.series_refused ?? 0,
      unplanned: (await sumRefusals(tx, MOST_NAMED)).map((sum) => ({
        ...itemRefusal(sum.code),
        ...sum,
      })),
      lastRun: lastRun ?? null,
    };
  });
}

function describeRisk(row: RiskRow): Today['atRisk'][number] {
  return {
    sku: row.sku,
    productName: row.product_name,
    onHand: row.on_hand,
    stockOutOn: row.stock_out_on,
    daysOfCover: row.days_of_cover,
    proposedQuantity: row.quantity,
    value: row.value && row.currency ? { amount: row.value, currency: row.currency } : null,
    lateUnits: Math.round(row.late_units * 1e4) / 1e4,
  };
}

function toMoney(amounts: Record<string, string>): Money[] {
  return Object.entries(amounts).map(([currency, amount]) => ({ amount, currency }));
}
