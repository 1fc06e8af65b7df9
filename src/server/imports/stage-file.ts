import type { ImportError, ImportKind, RowErrorCode } from '../../contract/index.ts';
import {
  settlePreferred,
  takeOutReversedDays,
  takeOutSecondPreferred,
} from '../store/import-rules.ts';
import {
  analyzeStaging,
  countStaged,
  createStaging,
  type LineClash,
  listReferenceIds,
  type Staging,
  settleRepeats,
  stagingTable,
  sumRepeats,
} from '../store/import-staging.ts';
import type { RowCounts } from '../store/imports.ts';
import type { TenantConnection } from '../store/tenant-connection.ts';
import { type ImportKindDefinition, stagingType, targetOf } from './kinds/kind.ts';
import { keptErrors, rowError, stageRows } from './staged-rows.ts';
import type { FileToRead, Survey } from './survey.ts';

export interface StagedFile {
  readonly kind: ImportKind;
  readonly staging: Staging;
  readonly rows: RowCounts;
  /** In the order of the file, at most `keptErrors`. */
  readonly errors: readonly ImportError[];
}

export interface ReadOptions {
  readonly file: FileToRead;
  readonly survey: Survey;
  readonly tenantId: string;
  readonly today: string;
  /** The dry run has found that no line repeats another: looking again would only take time. */
  readonly distinct?: boolean;
}

/** Reads a surveyed file into the staging table and finds out what each of its rows would do. */
export async function stageFile(
  { tx, copyIn }: TenantConnection,
  read: ReadOptions,
): Promise<StagedFile> {
  const { file, survey, tenantId, today } = read;
  const { definition } = file;
  const ids = await referencesOf(tx, definition);
  await createStaging(
    tx,
    definition.columns.map((column) => ({ name: targetOf(column), type: stagingType(column) })),
  );
  const staged = stageRows(file, survey, { today, ids });
  await copyIn(stagingTable, staged);
  await analyzeStaging(tx);
  const reversed = await settleDays(tx, definition);
  const staging = stagingOf(definition, { tenantId, filled: staged.columns });
  const summed = definition.kind === 'sales' && file.options.duplicates === 'sum';
  const settled = summed
    ? await sumRepeats(tx).then(() => ({ same: 0, bad: 0, errors: [] }))
    : await settleClashes(tx, { definition, staging, distinct: read.distinct ?? false });
  const counts = await countStaged(tx, staging, { weighted: summed });
  const { tally } = staged;
  const errors = [...tally.errors, ...reversed.errors, ...settled.errors].sort(
    (a, b) => a.line - b.line,
  );
  return {
    kind: definition.kind,
    staging,
    errors: errors.slice(0, keptErrors),
    rows: {
      ...counts,
      total: tally.total,
      same: counts.same + settled.same,
      bad: tally.bad + reversed.bad + settled.bad,
    },
  };
}

type Tx = TenantConnection['tx'];

async function referencesOf(tx: Tx, { columns }: ImportKindDefinition) {
  const named = new Set(columns.map(({ type }) => (type.is === 'reference' ? type.to : undefined)));
  const none = new Map<string, string>();
  return {
    products: named.has('products') ? await listReferenceIds(tx, 'products') : none,
    suppliers: named.has('suppliers') ? await listReferenceIds(tx, 'suppliers') : none,
  };
}

function stagingOf(
  { kind, table, tracked, columns, key }: ImportKindDefinition,
  { tenantId, filled }: { tenantId: string; filled: readonly string[] },
): Staging {
  const keys = columns.filter(({ name }) => key.includes(name)).map(targetOf);
  const values = filled.filter((name) => name !== 'line' && !keys.includes(name));
  // Which supplier is preferred is always settled, whether or not the file has the column.
  if (kind === 'terms' && !values.includes('preferred')) values.push('preferred');
  return { tenantId, table, tracked, key: keys, values };
}

/** What no cell shows by itself: the two days of a promotion in the wrong order. */
async function settleDays(tx: Tx, { kind }: ImportKindDefinition) {
  if (kind !== 'promotions') return { bad: 0, errors: [] };
  const { bad, listed } = await takeOutReversedDays(tx, keptErrors);
  const errors = listed.map(({ line, found }) =>
    rowError(line, 'reversed_days', { column: 'last_day', found }),
  );
  return { bad, errors };
}

async function settleClashes(
  tx: Tx,
  {
    definition,
    staging,
    distinct,
  }: { definition: ImportKindDefinition; staging: Staging; distinct: boolean },
) {
  const repeats = distinct
    ? { same: 0, clashes: 0, listed: [] }
    : await settleRepeats(tx, staging, keptErrors);
  const column = definition.key.join(', ');
  const errors = repeats.listed.map((clash) => clashError(clash, 'duplicate_key', column));
  if (definition.kind !== 'terms') return { same: repeats.same, bad: repeats.clashes, errors };
  const preferred = await takeOutSecondPreferred(tx, keptErrors);
  await settlePreferred(tx);
  return {
    same: repeats.same,
    bad: repeats.clashes + preferred.clashes,
    errors: [
      ...errors,
      ...preferred.listed.map((clash) => clashError(clash, 'second_preferred', 'preferred')),
    ],
  };
}

function clashError({ line, firstLine }: LineClash, code: RowErrorCode, column: string) {
  return rowError(line, code, { column, found: `first on line ${firstLine}` });
}
