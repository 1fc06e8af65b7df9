import type pg from 'pg';
import type { SequenceState, TableShape } from './manifest.ts';

/** A table as the catalogue has it. */
export interface FoundTable extends TableShape {
  /** Whether row-level security hides rows from us: then they are read tenant by tenant. */
  readonly guarded: boolean;
  /** Whether it holds for the owner, too. */
  readonly forced: boolean;
  readonly hasTriggers: boolean;
  readonly refersTo: readonly string[];
}

// Everything of the program's schema, so that a table of a later migration cannot be forgotten.
// Generated columns compute themselves; what belongs to an extension is not ours.
const TABLES = `
  select c.relname as name,
    row_security_active(c.oid) as guarded,
    c.relforcerowsecurity as forced,
    exists (select from pg_trigger t where t.tgrelid = c.oid and not t.tgisinternal) as "hasTriggers",
    array(select f.relname::text from pg_constraint k join pg_class f on f.oid = k.confrelid
      where k.conrelid = c.oid and k.contype = 'f' and f.oid <> c.oid) as "refersTo",
    (select json_agg(json_build_object('name', a.attname,
        'type', format_type(a.atttypid, a.atttypmod)) order by a.attnum)
      from pg_attribute a
      where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
    ) as columns
  from pg_class c
  where c.relnamespace = current_schema()::regnamespace
    and c.relkind in ('r', 'p') and not c.relispartition
    and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')
  order by c.relname`;

const SEQUENCES = `
  select c.relname as name from pg_class c
  where c.relnamespace = current_schema()::regnamespace and c.relkind = 'S' order by 1`;

/** Every table of the program, those that others refer to first. */
export async function listTables(client: pg.ClientBase): Promise<FoundTable[]> {
  const { rows } = await client.query(TABLES);
  const tables = rows.map((row): FoundTable => ({ ...row, columns: row.columns ?? [] }));
  for (const table of tables) refuseHiddenRows(table);
  return inFillingOrder(tables);
}

/** Where a policy does not go by tenant, rows would be left out without a word. */
function refuseHiddenRows({ name, guarded, columns }: FoundTable): void {
  if (!guarded || name === 'tenants' || columns.some((column) => column.name === 'tenant_id'))
    return;
  throw new Error(`a backup cannot read all of ${name}: row-level security without tenant_id`);
}

function inFillingOrder(tables: readonly FoundTable[]): FoundTable[] {
  const waiting = new Map(tables.map((table) => [table.name, table]));
  const order: FoundTable[] = [];
  while (waiting.size > 0) {
    const next = [...waiting.values()].filter(
      ({ refersTo }) => !refersTo.some((name) => waiting.has(name)),
    );
    if (next.length === 0)
      throw new Error(`these tables refer to each other in a ring: ${[...waiting.keys()]}`);
    for (const table of next) waiting.delete(table.name);
    order.push(...next);
  }
  return order;
}

/** Where each sequence stands. Sequences know no snapshot: they may be ahead of it, never behind. */
export async function readSequences(client: pg.ClientBase): Promise<SequenceState[]> {
  const { rows } = await client.query<{ name: string }>(SEQUENCES);
  const states: SequenceState[] = [];
  for (const { name } of rows) {
    const state = await client.query(
      `select last_value::text as "lastValue", is_called as "isCalled" from ${quoted(name)}`,
    );
    states.push({ name, ...state.rows[0] });
  }
  return states;
}

/** A name as SQL writes it. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** The columns of a table, for COPY. */
export function columnsOf({ columns }: TableShape): string {
  return columns.map(({ name }) => quoted(name)).join(', ');
}
