import { Refusal } from '../../contract/index.ts';
import { addDays, daysBetween } from '../store/calendar-day.ts';
import { findNewestSalesDate, recordsZeroSales } from '../store/demand.ts';
import { findProductId, listSales } from '../store/products.ts';
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
      return {
        rows: await listSales(tx, { productId, from: input.from, to: input.to }),
        newest: await findNewestSalesDate(tx),
        unrecorded: (await recordsZeroSales(tx)) ? null : 0,
      };
    },
  );
  const first = rows[0]?.date;
  if (first === undefined || newest === null) return { dates: [], units: [], promotion: [] };
  const last = input.to !== undefined && input.to < newest ? input.to : newest;
  const length = daysBetween(first, last) + 1;
  const units = new Array<number | null>(length).fill(unrecorded);
  const promotion = new Array<boolean | null>(length).fill(null);
  for (const row of rows) {
    const day = daysBetween(first, row.date);
    units[day] = row.units;
    promotion[day] = row.promotion;
  }
  const dates = Array.from({ length }, (_, day) => addDays(first, day));
  return { dates, units, promotion };
}
