import type { z } from 'zod';
import type { proposalWithTraceSchema } from '../../contract/index.ts';
import { UnexpectedAnswer } from '../product/product-client.ts';
import { evaluateFormula } from './evaluate-formula.ts';
import { type SampleProduct, unitsOn } from './sample-company.ts';
import { expectClose, expectEqual } from './smoke-context.ts';

type Proposal = z.infer<typeof proposalWithTraceSchema>;

const DAY_MS = 86_400_000;
/** Share by which a quantile of demand without chance may be above or below the demand itself. */
const TOLERANCE = 0.02;

/**
 * Holds a proposal against what was imported: stock, terms, and a demand that is known for every day to
 * come. Then works its trace out anew, step by step, from the printed formulas and inputs.
 */
export function checkArithmetic(product: SampleProduct, proposal: Proposal): string {
  const { sku, onHand, leadTimeDays, reviewPeriodDays } = product;
  const at = (what: string) => `the ${what} of ${sku}`;
  expectClose(at('stock position'), { found: proposal.stockPosition, wanted: onHand, within: 0 });
  if (!proposal.expectedReceipt)
    throw new UnexpectedAnswer({ where: at('expected receipt'), found: 'none', wanted: 'a day' });
  const orderOn = Date.parse(proposal.expectedReceipt) - leadTimeDays * DAY_MS;
  const demand = demandOver(product, { orderOn, days: leadTimeDays + reviewPeriodDays });
  const within = TOLERANCE * demand;
  expectClose(at('reorder point'), { found: proposal.reorderPoint, wanted: demand, within });
  expectClose(at('order-up-to level'), { found: proposal.orderUpTo, wanted: demand, within });
  expectClose(at('quantity'), {
    found: proposal.quantity,
    wanted: quantityOf(product, proposal.orderUpTo),
    within: 0,
  });
  checkTrace(proposal);
  return sku;
}

function demandOver(
  product: SampleProduct,
  { orderOn, days }: { orderOn: number; days: number },
): number {
  let units = 0;
  for (let day = 0; day < days; day++)
    units += unitsOn(product, new Date(orderOn + day * DAY_MS).toISOString().slice(0, 10));
  return units;
}

/** Whole packs, not less than the supplier takes, or nothing. */
function quantityOf(product: SampleProduct, orderUpTo: number): number {
  const need = orderUpTo - product.onHand;
  if (need <= 0) return 0;
  const { minimumOrderQuantity: least, orderMultiple: pack } = product;
  return Math.ceil(Math.max(need, least) / pack - 1e-6) * pack;
}

/** Every step is the value of its formula, and takes over what earlier steps came to. */
function checkTrace({ sku, trace, quantity }: Proposal): void {
  const results = new Map<string, number | string>();
  let workedOut = 0;
  for (const step of trace) {
    const where = `the step ${step.id} of ${sku}`;
    for (const { name, value, from } of step.inputs)
      if (from !== undefined)
        expectEqual(`${where}, input ${name}`, { found: value, wanted: results.get(from) });
    const wanted = evaluateFormula(step);
    if (wanted !== null) {
      const within = 1e-6 * Math.max(1, Math.abs(wanted));
      expectClose(where, { found: Number(step.result), wanted, within });
      workedOut++;
    }
    results.set(step.id, step.result);
  }
  const where = `the trace of ${sku}`;
  // A trace in words alone would pass all of the above.
  if (workedOut < 3)
    throw new UnexpectedAnswer({ where, found: `${workedOut} sums`, wanted: 'the arithmetic' });
  if (quantity > 0 && ![...results.values()].includes(quantity))
    throw new UnexpectedAnswer({ where, found: 'another quantity', wanted: String(quantity) });
}
