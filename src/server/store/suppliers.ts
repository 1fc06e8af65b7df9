import { sql } from 'kysely';
import type { Tx } from './database.ts';

export interface SupplierRow {
  readonly id: number;
  readonly code: string;
  readonly name: string;
  readonly email: string | null;
  readonly currency: string | null;
  readonly working_weekdays: number[];
  readonly products: number;
  readonly made_up: boolean;
}

/** Suppliers by code, with how many products they supply; `after` is the last code of the page before. */
export async function listSupplierRows(
  tx: Tx,
  page: { after?: string; limit: number },
): Promise<SupplierRow[]> {
  const following = page.after === undefined ? sql`` : sql`where s.code > ${page.after}`;
  const { rows } = await sql<SupplierRow>`
    select s.id, s.code, s.name, s.email, s.currency, s.working_weekdays, s.made_up,
      (select count(*)::int from product_suppliers t
        where t.tenant_id = s.tenant_id and t.supplier_id = s.id) as products
    from suppliers s ${following}
    order by s.code limit ${page.limit}`.execute(tx);
  return rows;
}
