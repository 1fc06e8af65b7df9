import { readSetupFolder } from '../imports/setup-folder.ts';
import type { SetupContext } from './set-up.ts';

/** A folder that cannot be used is refused now, not when somebody has opened the link. */
export async function lookIntoSetupFolder({
  extras: { folder },
  log,
}: Pick<SetupContext, 'extras' | 'log'>): Promise<void> {
  if (folder === null) return;
  const { unknown } = await readSetupFolder(folder);
  if (unknown.length > 0)
    log.warn({ folder, unknown }, 'files in the set-up folder that are not read');
}

/** Gzip makes sales files some twenty times smaller. */
const UNPACKED = 20;

/** About how much there is to read, once unpacked; nothing of a folder that will be refused. */
export async function countSetupBytes(folder: string): Promise<number> {
  const { files } = await readSetupFolder(folder).catch(() => ({ files: [] }));
  const sizes = files.map(({ name, bytes }) => (/\.gz$/i.test(name) ? bytes * UNPACKED : bytes));
  return sizes.reduce((sum, bytes) => sum + bytes, 0);
}
