import { errorCatalogue, type Refusal } from '../contract/errors.ts';
import { itemRefusal } from '../contract/item-refusals.ts';
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
  const facts = Object.entries({ ...details, next: details.next ?? remedy }).filter(
    ([, value]) => value !== undefined && value !== null,
  );
  const width = Math.max(7, ...facts.map(([name]) => name.length));
  for (const [name, value] of facts) terminal.note(`  ${name.padEnd(width)} ${printable(value)}`);
}

function printable(value: unknown): string {
  const words = Array.isArray(value) && value.every((one) => typeof one === 'string');
  const text = typeof value === 'string' ? value : words ? value.join(', ') : JSON.stringify(value);
  return text.length > 300 ? `${text.slice(0, 299)}…` : text;
}

/** More are counted: a screen of names helps, ten thousand do not. */
const MOST_NAMED = 50;

/** Says what was left out and why, one line each: the others were done. */
export function listLeftOut(
  leftOut: readonly { readonly name: string; readonly reason: string }[],
  terminal: Terminal,
): void {
  for (const { name, reason } of leftOut.slice(0, MOST_NAMED))
    terminal.note(`parstock: ${name} left out: ${reason}`);
  const more = leftOut.length - MOST_NAMED;
  if (more > 0) terminal.note(`parstock: and ${more} more left out; --json names them all`);
}

/** Why one of many was left out, in the catalogue's words, with its code and the facts. */
export function reasonOf(refusal: { code: string; details: object }): string {
  const facts = Object.entries(refusal.details)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `, ${name} ${printable(value)}`);
  const { title } = itemRefusal(refusal.code);
  return `${title} (${refusal.code}${facts.join('')})`;
}

/** Series that the engine refused, each with its reason. */
export function listRefused(refused: readonly SeriesRefusal[], terminal: Terminal): void {
  const leftOut = refused.map((one) => ({ name: one.seriesId, reason: reasonOf(one) }));
  listLeftOut(leftOut, terminal);
}
