import { type Selectable, sql } from 'kysely';
import type { Tx } from './database.ts';
import type { ProposalState, Schema } from './schema.ts';

/** A proposal with the names that go with it; money as text. */
export type ProposalRow = Omit<Selectable<Schema['order_proposals']>, 'trace'> & {
  readonly sku: string;
  readonly product_name: string;
  readonly unit: string;
  readonly supplier_code: string;
  readonly supplier_name: string;
  readonly value: string | null;
  readonly order_number: string | null;
  /** Place in the list: most urgent first. */
  readonly urgency_rank: number;
};

/** From most to least urgent, as planning names them; others last. */
const RANK = sql<number>`coalesce(array_position(
  array['stock-out', 'late', 'now', 'soon', 'none'], q.urgency), 9)`;

function selectProposals(tx: Tx) {
  return tx
    .selectFrom('order_proposals as q')
    .innerJoin('products as p', 'p.id', 'q.product_id')
    .innerJoin('suppliers as s', 's.id', 'q.supplier_id')
    .leftJoin('purchase_order_lines as l', 'l.id', 'q.purchase_order_line_id')
    .leftJoin('purchase_orders as o', 'o.id', 'l.purchase_order_id')
    .select([
      'q.id',
      'q.tenant_id',
      'q.run_id',
      'q.product_id',
      'q.supplier_id',
      'q.as_of',
      'q.state',
      'q.quantity',
      'q.decided_quantity',
      'q.reason',
      'q.unit_cost',
      'q.currency',
      'q.method',
      'q.reorder_point',
      'q.safety_stock',
      'q.order_up_to',
      'q.stock_position',
      'q.days_of_cover',
      'q.stock_out_on',
      'q.expected_receipt',
      'q.urgency',
      'q.warnings',
      'q.decided_by',
      'q.decided_at',
      'q.purchase_order_line_id',
      'q.created_at',
      'p.sku',
      'p.name as product_name',
      'p.unit',
      's.code as supplier_code',
      's.name as supplier_name',
      'o.number as order_number',
      sql<
        string | null
      >`parstock_money(coalesce(q.decided_quantity, q.quantity) * q.unit_cost, q.currency)::text`.as(
        'value',
      ),
      RANK.as('urgency_rank'),
    ]);
}

export interface ProposalPage {
  readonly state: ProposalState;
  readonly supplierCode?: string;
  readonly ordersOnly: boolean;
  readonly limit: number;
  /** Urgency rank and SKU of the last one of the page before. */
  readonly after?: { rank: number; sku: string; id: string };
}

/** Proposals, most urgent first. */
export async function listProposalRows(tx: Tx, page: ProposalPage): Promise<ProposalRow[]> {
  let query = selectProposals(tx).where('q.state', '=', page.state);
  if (page.supplierCode !== undefined) query = query.where('s.code', '=', page.supplierCode);
  if (page.ordersOnly)
    query = query.where(sql<boolean>`coalesce(q.decided_quantity, q.quantity) > 0`);
  if (page.after) {
    const { rank, sku, id } = page.after;
    query = query.where(sql<boolean>`(${RANK}, p.sku, q.id) > (${rank}::int, ${sku}, ${id}::uuid)`);
  }
  return query
    .orderBy(RANK)
    .orderBy('p.sku')
    .orderBy('q.id')
    .limit(page.limit)
    .execute() as Promise<ProposalRow[]>;
}

export async function findProposal(tx: Tx, id: string): Promise<ProposalRow | undefined> {
  return selectProposals(tx).where('q.id', '=', id).executeTakeFirst() as Promise<
    ProposalRow | undefined
  >;
}

export async function readTrace(tx: Tx, id: string): Promise<unknown[]> {
  const row = await tx
    .selectFrom('order_proposals')
    .select('trace')
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  return JSON.parse(row.trace) as unknown[];
}

/** A proposal and what the supplier's terms say of its quantity. */
export interface ProposalToDecide {
  readonly id: string;
  readonly state: ProposalState;
  readonly product_id: number;
  readonly supplier_id: number;
  readonly sku: string;
  readonly quantity: number;
  readonly decided_quantity: number | null;
  readonly unit_cost: number | null;
  readonly currency: string | null;
  readonly purchase_order_line_id: number | null;
  readonly warnings: { code: string; message: string }[];
  readonly unit_decimals: number;
  readonly minimum: number | null;
  readonly multiple: number | null;
  readonly maximum: number | null;
}

/** Proposals as they are now, in the order of their ids. */
export async function listToDecide(tx: Tx, ids: readonly string[]): Promise<ProposalToDecide[]> {
  const { rows } = await sql<ProposalToDecide>`
    select q.id, q.state, q.product_id, q.supplier_id, p.sku, q.quantity, q.decided_quantity,
      q.unit_cost, q.currency, q.purchase_order_line_id, q.warnings, p.unit_decimals,
      t.minimum_order_quantity as minimum, t.order_multiple as multiple,
      t.maximum_order_quantity as maximum
    from order_proposals q
    join products p on p.id = q.product_id
    left join product_suppliers t on t.product_id = q.product_id and t.supplier_id = q.supplier_id
    where q.id = any(${ids}::uuid[]) order by q.id`.execute(tx);
  return rows;
}

export interface Decision {
  readonly id: string;
  readonly state: 'accepted' | 'dismissed';
  readonly quantity: number | null;
  readonly reason: string | null;
  readonly lineId: number | null;
  readonly warnings: ProposalToDecide['warnings'];
}

/** Writes decisions down, many in one statement. */
export async function updateDecisions(
  tx: Tx,
  decisions: readonly Decision[],
  actor: string,
): Promise<void> {
  await sql`
    update order_proposals q set state = d.state, decided_quantity = d.quantity, reason = d.reason,
      decided_by = ${actor}, decided_at = now(), purchase_order_line_id = d."lineId",
      warnings = d.warnings
    from json_to_recordset(${JSON.stringify(decisions)}::json) as d(id uuid, state text,
      quantity numeric, reason text, "lineId" bigint, warnings jsonb)
    where q.id = d.id`.execute(tx);
}

/** Takes a decision back; false when another proposal of the product has been opened since. */
export async function reopenDecision(tx: Tx, id: string): Promise<boolean> {
  const result = await tx
    .updateTable('order_proposals as q')
    .set({
      state: 'open',
      decided_quantity: null,
      reason: null,
      decided_by: null,
      decided_at: null,
      purchase_order_line_id: null,
    })
    .where('q.id', '=', id)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('order_proposals as other')
            .select('other.id')
            .whereRef('other.product_id', '=', 'q.product_id')
            .where('other.state', '=', 'open'),
        ),
      ),
    )
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

export interface SupplierSum {
  readonly supplier_code: string;
  readonly supplier_name: string;
  readonly lines: number;
  readonly units: number;
  /** Amount as text by currency. */
  readonly value: Record<string, string>;
  readonly urgent: number;
  readonly draft_number: string | null;
}

/** Open proposals above 0 per supplier, the ones with the most urgent lines first. */
export async function listSupplierSums(tx: Tx): Promise<SupplierSum[]> {
  const { rows } = await sql<SupplierSum>`
    with sums as (
      select q.supplier_id, q.currency, count(*)::int as lines, sum(q.quantity)::float8 as units,
        trim_scale(sum(parstock_money(q.quantity * q.unit_cost, q.currency)))::text as amount,
        count(*) filter (where q.urgency in ('stock-out', 'late'))::int as urgent
      from order_proposals q where q.state = 'open' and q.quantity > 0
      group by q.supplier_id, q.currency
    )
    select s.code as supplier_code, s.name as supplier_name, sum(m.lines)::int as lines,
      sum(m.units) as units, sum(m.urgent)::int as urgent, min(o.number) as draft_number,
      coalesce(jsonb_object_agg(m.currency, m.amount)
        filter (where m.currency is not null and m.amount is not null), '{}') as value
    from sums m join suppliers s on s.id = m.supplier_id
    left join purchase_orders o on o.supplier_id = s.id and o.state = 'draft'
    group by s.id, s.code, s.name order by urgent desc, s.code`.execute(tx);
  return rows;
}
