import { Refusal } from '../../contract/errors.ts';
import { quoted } from './list-tables.ts';
import { databasesLike, dropDatabase, type RestoreTarget } from './restore-target.ts';

/** SQLSTATE object_in_use. */
const IN_USE = '55006';
/** PostgreSQL cuts longer names off without a word. */
const LONGEST_NAME = 63;

type Role = 'restoring' | 'before';

/** A name beside the database's own: what it is for, and since when. */
export function nameBeside(
  database: string,
  { role, instant }: { role: Role; instant: Date },
): string {
  const end = `_${role}_${instant.toISOString().replace(/[-:.]/g, '').toLowerCase()}`;
  return database.slice(0, LONGEST_NAME - end.length) + end;
}

/** Databases that earlier restores have left beside this one, oldest first. */
export function listBeside(target: RestoreTarget, role: Role): Promise<string[]> {
  const end = `_${role}_`;
  const stem = target.database.slice(0, LONGEST_NAME - `${end}00000000t000000000z`.length);
  const literal = stem.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  return databasesLike(target, new RegExp(`^${literal}${end}\\d{8}t\\d{9}z$`));
}

/** Drops what a killed restore was filling. */
export async function dropHalfRestored(target: RestoreTarget): Promise<void> {
  for (const name of await listBeside(target, 'restoring')) await dropDatabase(target, name);
}

/**
 * Puts one database in the other's place, in one transaction: at every moment there is exactly one by
 * the name that the server uses.
 */
export async function swapDatabases(
  { admin, database }: RestoreTarget,
  { incoming, outgoing }: { incoming: string; outgoing: string },
): Promise<void> {
  const there = await admin.query('select from pg_database where datname = $1', [database]);
  try {
    await admin.query('begin');
    if (there.rowCount) await rename(admin, { from: database, to: outgoing });
    await rename(admin, { from: incoming, to: database });
    await admin.query('commit');
  } catch (error) {
    await admin.query('rollback').catch(() => {});
    if ((error as { code?: string }).code !== IN_USE) throw error;
    const found = (error as { detail?: string }).detail ?? 'a connection';
    throw new Refusal('database_still_used', { database, found }, { cause: error });
  }
}

async function rename(
  admin: RestoreTarget['admin'],
  { from, to }: { from: string; to: string },
): Promise<void> {
  await admin.query(`alter database ${quoted(from)} rename to ${quoted(to)}`);
}
