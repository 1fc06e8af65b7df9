import { Refusal } from '../../contract/errors.ts';

export type CursorValue = string | number | null;

/** The sort key of a page's last row, as text that callers hand back unread. */
export function encodeCursor(values: readonly CursorValue[]): string {
  return Buffer.from(JSON.stringify(values)).toString('base64url');
}

/** The sort key again; refuses a text that no page has given. */
export function decodeCursor(text: string, length: number): CursorValue[] {
  let values: unknown;
  try {
    values = JSON.parse(Buffer.from(text, 'base64url').toString());
  } catch (cause) {
    throw new Refusal('bad_cursor', {}, { cause });
  }
  const isValue = (value: unknown) =>
    value === null || typeof value === 'string' || typeof value === 'number';
  if (!Array.isArray(values) || values.length !== length || !values.every(isValue))
    throw new Refusal('bad_cursor');
  return values;
}

/**
 * A page out of one row more than was asked for: the row too many says that there is a next page.
 */
export function toPage<Row, Item>(
  rows: readonly Row[],
  page: { limit: number; key: (row: Row) => readonly CursorValue[]; item: (row: Row) => Item },
): { items: Item[]; nextCursor: string | null } {
  const kept = rows.slice(0, page.limit);
  const last = kept.at(-1);
  const more = rows.length > page.limit && last !== undefined;
  return { items: kept.map(page.item), nextCursor: more ? encodeCursor(page.key(last)) : null };
}
