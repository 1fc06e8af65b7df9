import { errorCatalogue, type Refusal } from '../contract/errors.ts';
import type { SeriesRefusal } from '../forecast/index.ts';
import type { Terminal } from './terminal.ts';

/**
 * Prints a refusal: for a person on stderr, as where, found, wanted, next; with --json as a problem
 * object on stdout.
 */
export async function printRefusal(
  refusal: Refusal,
  options: { json: boolean; terminal: Terminal },
): Promise<void> {
  const { json, terminal } = options;
  const { title, remedy, status } = errorCatalogue[refusal.code];
  const details = refusal.details;
  if (json) {
    const type = `urn:parstock:error:${refusal.code}`;
    const body = { type, title, status, code: refusal.code, remedy, details };
    await terminal.out(`${JSON.stringify(body, null, 2)}\n`);
    return;
  }
  terminal.note(`parstock: ${title} (${refusal.code})`);
  for (const [name, value] of Object.entries(details)) {
    if (name === 'next' || value === undefined || value === null) continue;
    terminal.note(`  ${name.padEnd(7)} ${printable(value)}`);
  }
  terminal.note(`  next    ${typeof details.next === 'string' ? details.next : remedy}`);
}

function printable(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 300 ? `${text.slice(0, 299)}…` : text;
}

/** Series that were left out, one line each: the others were done. */
export function listRefused(refused: readonly SeriesRefusal[], terminal: Terminal): void {
  for (const { seriesId, code, details } of refused) {
    const facts = Object.entries(details).map(([name, value]) => `${name} ${printable(value)}`);
    terminal.note(`parstock: ${seriesId} left out: ${code} (${facts.join(', ')})`);
  }
}
