import type { ReadingOptions } from '../queries/imports.ts';

/** A file with what its reader was told. */
export interface KeptFile {
  readonly file: File;
  readonly options: ReadingOptions;
}

/**
 * Files of imports that are being checked, so that another date format can be tried without picking
 * the file again. Only as long as the page lives: a browser hands out no file twice.
 */
const files = new Map<string, KeptFile>();

export function keepFile(importId: string, kept: KeptFile): void {
  files.set(importId, kept);
}

export function keptFile(importId: string): KeptFile | null {
  return files.get(importId) ?? null;
}

export function forgetFile(importId: string): void {
  files.delete(importId);
}
