import { Refusal } from '../../contract/index.ts';
import { addDays, daysBetween } from '../store/calendar-day.ts';
import type { Tx } from '../store/database.ts';
import { findNewestSalesDate, recordsZeroSales } from '../store/demand.ts';
import { findProductId, listSales, type SalesRow } from '../store/products.ts';
import { findNewestCompletedRun } from '../store/runs.ts';
import type { ActionContext } from './context.ts';

/**
 * Demand per day without gaps, from the product's first day to the newest day of all sales. A day
 * without a row was not observed (null), or nothing was sold where sales list selling days only.
 */
export async function readSales(
  context: ActionContext,
  input: { sku: string; from?: string; to?: string },
) {
  const { rows, newest, unrecorded } = await context.database.withTenant(
    context.tenantId,
    async (tx) => {
      const productId = await findProductId(tx, input.sku);
      if (productId === undefined) throw new Refusal('not_found', { sku: input.sku });
      const found = await listSales(tx, { productId, from: input.from, to: input.to });
      return {
        rows: found,
        newest: await findNewestSalesDate(tx),
        unrecorded: (await knowsZeros(tx, found)) ? null : 0,
      };
    },
  );
  const first = rows[0]?.date;
  if (first === undefined || newest === null) {
    return { dates: [], units: [], promotion: [], inStock: [] };
  }
  const last = input.to !== undefined && input.to < newest ? input.to : newest;
  const length = daysBetween(first, last) + 1;
  const units = new Array<number | null>(length).fill(unrecorded);
  const promotion = new Array<boolean | null>(length).fill(null);
  const inStock = new Array<boolean | null>(length).fill(null);
  for (const row of rows) {
    const day = daysBetween(first, row.date);
    units[day] = row.units;
    promotion[day] = row.promotion;
    inStock[day] = row.in_stock;
  }
  const dates = Array.from({ length }, (_, day) => addDays(first, day));
  return { dates, units, promotion, inStock };
}

/** As the newest run took it, so that chart and forecast agree; else as the sales themselves show. */
async function knowsZeros(tx: Tx, sales: readonly SalesRow[]): Promise<boolean> {
  const run = await findNewestCompletedRun(tx);
  if (run?.options.missingDays) return run.options.missingDays === 'missing';
  return sales.some(({ units }) => units === 0) || recordsZeroSales(tx);
}
