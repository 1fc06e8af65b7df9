/**
 * Files of imports that are being checked, so that another date format can be tried without picking
 * the file again. Only as long as the page lives: a browser hands out no file twice.
 */
const files = new Map<string, File>();

export function keepFile(importId: string, file: File): void {
  files.set(importId, file);
}

export function keptFile(importId: string): File | null {
  return files.get(importId) ?? null;
}

export function forgetFile(importId: string): void {
  files.delete(importId);
}
