import { Refusal } from '../../contract/errors.ts';

/** SQLSTATE disk_full: the machine has no room, the query is not at fault. */
const DISK_FULL = '53100';

/** Passes an error on, a full disk as what a person can do something about. */
export function refuseFullDisk(error: unknown): never {
  const { code, message } = error as { code?: string; message?: string };
  if (code !== DISK_FULL) throw error;
  throw new Refusal('disk_full', { found: message }, { cause: error });
}
