import { setImmediate } from 'node:timers/promises';
import { Refusal } from '../../contract/errors.ts';
import { proposeOrders } from '../../planning/index.ts';
import { addDays, daysBetween } from '../store/calendar-day.ts';
import type { Tx } from '../store/database.ts';
import { type DemandMoments, listDemandMoments } from '../store/demand.ts';
import { lockOrdering } from '../store/ordering-lock.ts';
import {
  findNewestStockCount,
  listDismissed,
  listLeadTimes,
  listOpenLines,
  listPlanningRows,
  type OpenLineRow,
  type PlanningRow,
} from '../store/planning-inputs.ts';
import {
  insertRefusals,
  type PlanningRefusalRow,
  replaceRefusals,
} from '../store/planning-refusals.ts';
import { insertProposals, type NewProposal, supersedeOpen } from '../store/proposal-writes.ts';
import { findNewestCompletedRun, type RunRow } from '../store/runs.ts';
import type { ActionContext } from './context.ts';
import { describeLeadTimes, type LeadTimeBook, learnLeadTimes } from './learned-lead-times.ts';
import { toOrderInput } from './order-input.ts';
import { type PlanningDays, planningDays } from './planning-days.ts';
import { warnOfGround } from './proposal-warnings.ts';

/** Products are read, planned and written so many at a time: memory does not grow with the catalogue. */
const PAGE = 500;
/** So many are planned before others get a turn: some milliseconds. */
const SLICE = 25;
/** The fallback of normal theory looks at so many days of sales. */
const FALLBACK_DAYS = 91;
/** Quantities are stored with 14 digits before the point; beyond that a forecast has run away. */
const LARGEST_QUANTITY = 1e12;

export interface Refreshed {
  readonly proposals: number;
  /** Those of them with a quantity above 0. */
  readonly toOrder: number;
  /** Active products without one; the reasons are kept. */
  readonly unplanned: number;
}

/** What all pages of one recomputation share. */
interface Recomputation {
  readonly run: RunRow;
  readonly days: PlanningDays;
  readonly openLines: Map<number, OpenLineRow[]>;
  readonly leadTimes: LeadTimeBook;
  readonly dismissed: Set<number>;
}

/**
 * Recomputes the open proposals of all products from the newest completed run, the present stock and
 * the open orders. What was dismissed from the same run stays dismissed.
 */
export async function refreshProposals(context: ActionContext): Promise<Refreshed> {
  return context.database.withTenant(context.tenantId, (tx) => recomputeProposals(tx, context));
}

/** As refreshProposals, of all products or of some, in the transaction that changes their ground. */
export async function recomputeProposals(
  tx: Tx,
  context: ActionContext,
  productIds?: readonly number[],
): Promise<Refreshed> {
  await lockOrdering(tx, context.tenantId);
  const run = await findNewestCompletedRun(tx);
  if (run === undefined) {
    if (productIds) return { proposals: 0, toOrder: 0, unplanned: 0 };
    throw new Refusal('no_forecast');
  }
  const recomputation = await readFacts(tx, { run, today: context.clock.today(), productIds });
  await supersedeOpen(tx, productIds);
  const unsupplied = await replaceRefusals(tx, { tenantId: context.tenantId, productIds });
  const planned = await replaceAll(tx, context, { recomputation, productIds });
  return { ...planned, unplanned: planned.unplanned + unsupplied };
}

/** Page by page: while one is being planned here, the database writes the one before and reads the next. */
async function replaceAll(
  tx: Tx,
  context: ActionContext,
  { recomputation, productIds }: { recomputation: Recomputation; productIds?: readonly number[] },
): Promise<Refreshed> {
  const { run, days } = recomputation;
  const elapsedDays = days.elapsedDays + Math.max(0, daysBetween(days.asOf, days.orderOn) - 1);
  const readPage = (after: number) =>
    listPlanningRows(tx, {
      runId: run.id,
      elapsedDays,
      learned: recomputation.leadTimes.range,
      after,
      limit: PAGE,
      productIds,
    });
  const total = { proposals: 0, toOrder: 0, unplanned: 0 };
  let rows = await readPage(0);
  let writing: Promise<void> = Promise.resolve();
  while (rows.length > 0) {
    const more = rows.length === PAGE;
    const next = inBackground(more ? readPage(rows.at(-1)!.product_id) : Promise.resolve([]));
    const { proposals, refusals } = await planPage(tx, rows, recomputation);
    total.proposals += proposals.length;
    total.unplanned += refusals.length;
    total.toOrder += proposals.filter(({ proposal }) => proposal.quantity > 0).length;
    [rows] = await Promise.all([next, writing]);
    const owner = { tenantId: context.tenantId, runId: run.id };
    writing = inBackground(
      insertProposals(tx, proposals, owner).then(() =>
        insertRefusals(tx, refusals, owner.tenantId),
      ),
    );
  }
  await writing;
  return total;
}

/** Awaited later: a failure until then is no unhandled one. */
function inBackground<T>(work: Promise<T>): Promise<T> {
  work.catch(() => {});
  return work;
}

async function readFacts(
  tx: Tx,
  given: { run: RunRow; today: string; productIds?: readonly number[] },
): Promise<Recomputation> {
  const { run, today, productIds } = given;
  return {
    run,
    days: planningDays({
      origin: run.as_of,
      horizonDays: run.horizon_days,
      counted: await findNewestStockCount(tx),
      today,
    }),
    openLines: await listOpenLines(tx, productIds),
    leadTimes: learnLeadTimes(await listLeadTimes(tx)),
    dismissed: await listDismissed(tx, run.id),
  };
}

/** What a page came to: each product has a proposal or a reason why not. */
interface Planned {
  readonly proposals: NewProposal[];
  readonly refusals: PlanningRefusalRow[];
}

async function planPage(
  tx: Tx,
  rows: readonly PlanningRow[],
  facts: Recomputation,
): Promise<Planned> {
  const wanted = rows.filter((row) => !facts.dismissed.has(row.product_id));
  const moments = await readFallback(tx, wanted, facts);
  const planned: Planned = { proposals: [], refusals: [] };
  for (let from = 0; from < wanted.length; from += SLICE) {
    // Whoever else waits for this process, the database connection first, gets a turn.
    await setImmediate();
    for (const row of wanted.slice(from, from + SLICE)) {
      const found = planRow(row, { ...facts, moments });
      if ('proposal' in found) planned.proposals.push(found);
      else planned.refusals.push(found);
    }
  }
  return planned;
}

function planRow(
  row: PlanningRow,
  facts: Recomputation & { moments: Map<number, DemandMoments> },
): NewProposal | PlanningRefusalRow {
  const learned = facts.leadTimes.find(row);
  const { product_id: productId } = row;
  const input = toOrderInput(row, {
    ...facts.days,
    openLines: facts.openLines.get(productId) ?? [],
    moments: facts.moments.get(productId),
    leadTimes: learned?.distribution,
  });
  if (input === undefined)
    return { productId, code: 'no_demand', details: { forecast: row.refusal_code ?? 'none' } };
  const outcome = proposeOrders([input])[0]!;
  if (!outcome.ok) return { productId, code: outcome.code, details: outcome.details };
  if (!isStorable(outcome.proposal)) return { productId, code: 'quantity_too_large', details: {} };
  const proposal = warnOfGround(outcome.proposal, { row, run: facts.run, days: facts.days });
  return {
    productId,
    supplierId: row.supplier_id,
    unitCost: row.unit_cost,
    currency: row.currency,
    proposal: learned ? describeLeadTimes(proposal, learned) : proposal,
  };
}

/** Recent demand of the products that the run has no forecast for. */
async function readFallback(
  tx: Tx,
  rows: readonly PlanningRow[],
  { run }: Recomputation,
): Promise<Map<number, DemandMoments>> {
  const productIds = rows.filter((row) => row.mean === null).map((row) => row.product_id);
  const moments = await listDemandMoments(tx, {
    productIds,
    from: addDays(run.as_of, 1 - FALLBACK_DAYS),
    to: run.as_of,
    missingDays: run.options.missingDays,
  });
  return new Map(moments.map((found) => [found.productId, found]));
}

type Proposal = NewProposal['proposal'];

function isStorable({ quantity, orderUpTo, reorderPoint, stockPosition }: Proposal): boolean {
  return [quantity, orderUpTo, reorderPoint, stockPosition].every(
    (value) => Math.abs(value) < LARGEST_QUANTITY,
  );
}
