import { rm } from 'node:fs/promises';

/**
 * Removes a folder with all that it holds, or does nothing where there is none. A process that was
 * killed may have its last writes under way: what they add meanwhile is removed in another try.
 */
export async function removeFolder(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
}
