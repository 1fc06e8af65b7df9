import type { Tx } from './database.ts';

export interface AuditEntry {
  /** What was done, resource first: `user.create`. */
  readonly action: string;
  /** What it was done to, as people name it. */
  readonly subject: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** Writes down a change of state, in the transaction that makes it. */
export async function recordAudit(
  tx: Tx,
  by: { readonly tenantId: string; readonly actor: string },
  entry: AuditEntry,
): Promise<void> {
  await tx
    .insertInto('audit_log')
    .values({
      tenant_id: by.tenantId,
      actor: by.actor,
      action: entry.action,
      subject: entry.subject,
      details: JSON.stringify(entry.details ?? {}),
    })
    .execute();
}
