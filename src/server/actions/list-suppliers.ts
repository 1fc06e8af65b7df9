import { decodeCursor, toPage } from '../store/cursor.ts';
import { listLeadTimes } from '../store/planning-inputs.ts';
import { listSupplierRows } from '../store/suppliers.ts';
import type { ActionContext } from './context.ts';

/** Suppliers by code, with the lead times that their receipts have shown. */
export async function listSuppliers(
  context: ActionContext,
  input: { cursor?: string; limit: number },
) {
  const after = input.cursor ? String(decodeCursor(input.cursor, 1)[0]) : undefined;
  const { rows, leadTimes } = await context.database.withTenant(context.tenantId, async (tx) => ({
    rows: await listSupplierRows(tx, { after, limit: input.limit + 1 }),
    leadTimes: Map.groupBy(await listLeadTimes(tx), (row) => row.supplier_id),
  }));
  return toPage(rows, {
    limit: input.limit,
    key: (row) => [row.code],
    item: (row) => ({
      code: row.code,
      name: row.name,
      email: row.email,
      currency: row.currency,
      workingWeekdays: row.working_weekdays,
      products: row.products,
      learnedLeadTime: describeDays((leadTimes.get(row.id) ?? []).map(({ days }) => days)),
      madeUp: row.made_up,
    }),
  });
}

/** Mean, spread and the day by which nine of ten receipts had come. */
function describeDays(days: readonly number[]) {
  if (days.length === 0) return null;
  const mean = days.reduce((sum, value) => sum + value, 0) / days.length;
  const squares = days.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const sorted = days.toSorted((a, b) => a - b);
  return {
    receipts: days.length,
    meanDays: mean,
    sdDays: days.length > 1 ? Math.sqrt(squares / (days.length - 1)) : 0,
    p90Days: sorted[Math.ceil(days.length * 0.9) - 1]!,
  };
}
