import type { z } from 'zod';
import type { supplierProposalsSchema } from '../../contract/orders.ts';
import { listSupplierSums } from '../store/proposals.ts';
import type { ActionContext } from './context.ts';

type SupplierProposals = z.infer<typeof supplierProposalsSchema>;

/** Open proposals summed per supplier, the most urgent supplier first. */
export async function listSupplierProposals(
  context: ActionContext,
): Promise<{ items: SupplierProposals[] }> {
  const sums = await context.database.withTenant(context.tenantId, listSupplierSums);
  return {
    items: sums.map((sum) => ({
      supplierCode: sum.supplier_code,
      supplierName: sum.supplier_name,
      lines: sum.lines,
      units: sum.units,
      value: Object.entries(sum.value).map(([currency, amount]) => ({ amount, currency })),
      urgent: sum.urgent,
      draftNumber: sum.draft_number,
    })),
  };
}
