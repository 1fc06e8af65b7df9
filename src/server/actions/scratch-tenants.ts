import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ScratchTenant } from '../../contract/delivery.ts';
import { Refusal } from '../../contract/errors.ts';
import { insertApiKey } from '../store/api-keys.ts';
import { deleteScratchTenant, listScratchTenants } from '../store/scratch-tenants.ts';
import { insertTenant } from '../store/tenants.ts';
import { insertUser } from '../store/users.ts';
import type { AccessContext } from './authenticate.ts';
import type { JobQueue } from './context.ts';
import { hashPassword, hashToken, newToken } from './secrets.ts';

const LIFETIME_MS = 3_600_000;
/** More at once are no smoke tests. */
const MOST_AT_ONCE = 5;

/**
 * The queue of scratch tenants: their work is done by the very server that they test, not by whichever
 * one takes it first from the queue that all servers on a database share.
 */
export interface OwnQueue extends JobQueue {
  /** Ends what is under way for a tenant; resolves when nothing is. */
  abandon(tenantId: string): Promise<void>;
}

export interface ScratchContext extends AccessContext {
  readonly uploadFolder: string;
  readonly ownJobs: OwnQueue;
}

/** Makes a tenant for a smoke test: with a user, a key, and an end. */
export async function createScratchTenant(context: ScratchContext): Promise<ScratchTenant> {
  const now = context.clock.now();
  await sweepScratchTenants(context);
  const alive = await listScratchTenants(context.database);
  if (alive.length >= MOST_AT_ONCE)
    throw new Refusal('too_many_scratch_tenants', { found: alive.length, wanted: MOST_AT_ONCE });
  const id = crypto.randomUUID();
  const apiKey = `ps_${newToken()}`;
  const password = newToken();
  // Nobody can receive mail there (RFC 2606), so that it is nobody's address.
  const email = `smoke-${id}@scratch.invalid`;
  const passwordHash = await hashPassword(password);
  const expiresAt = new Date(now.getTime() + LIFETIME_MS);
  await context.database.withTenant(id, async (tx) => {
    const name = 'Smoke test';
    const [demoData, currency] = [false, 'EUR'];
    await insertTenant(tx, { id, name, currency, demoData, scratchExpiresAt: expiresAt });
    const user = await insertUser(tx, { tenantId: id, email, passwordHash, role: 'admin' });
    const key = { tenantId: id, name: 'smoke test', prefix: apiKey.slice(0, 8) };
    const keyHash = hashToken(apiKey);
    await insertApiKey(tx, { ...key, role: 'admin', keyHash, createdBy: user?.id ?? null });
  });
  return { id, apiKey, email, password, expiresAt: expiresAt.toISOString() };
}

/** Removes a scratch tenant with all that it has: work under way, files, rows. */
export async function removeScratchTenant(
  context: ScratchContext,
  { id }: { readonly id: string },
): Promise<void> {
  if (!(await remove(context, id))) throw new Refusal('not_found', { scratchTenant: id });
}

/** Removes those whose time is over: a smoke test that was killed leaves nothing behind. */
export async function sweepScratchTenants(context: ScratchContext): Promise<number> {
  const now = context.clock.now();
  const all = await listScratchTenants(context.database);
  const over = all.filter(({ expiresAt }) => expiresAt <= now);
  for (const { id } of over) await remove(context, id);
  return over.length;
}

async function remove(context: ScratchContext, id: string): Promise<boolean> {
  const known = await listScratchTenants(context.database);
  if (!known.some((tenant) => tenant.id === id)) return false;
  await context.ownJobs.abandon(id);
  // Files first: were the server killed in between, the tenant would still say that they are there.
  await rm(join(context.uploadFolder, id), { recursive: true, force: true });
  return context.database.withTenant(id, (tx) => deleteScratchTenant(tx, id));
}
