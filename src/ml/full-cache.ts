import { Refusal } from '../contract/errors.ts';

/** Passes an error on; a full disk, or a folder of somebody else's, as what a person can mend. */
export function refuseFullCache(error: unknown, path: string): never {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT')
    throw new Refusal('cache_full', { path, found: code }, { cause: error });
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS')
    throw new Refusal('volume_not_writable', { path, found: code }, { cause: error });
  throw error;
}
