import { open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Writes a small file whole or not at all, and on the disk rather than on its way there. */
export async function writeDurably(path: string, text: string): Promise<void> {
  const beside = `${path}.new`;
  const file = await open(beside, 'w');
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(beside, path);
  await syncFolder(dirname(path));
}

/** Puts a renaming in the folder on the disk: after a power cut it has happened or it has not. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
