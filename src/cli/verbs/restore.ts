import type { Command } from 'commander';
import type { RestoreReport } from '../../server/backup/restore-backup.ts';
import { backupEnvironment, showProgress } from '../backup-words.ts';
import { badOption } from '../options.ts';
import type { Terminal } from '../terminal.ts';

interface Words {
  readonly into?: string;
  readonly undo?: boolean;
  readonly forget?: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

export function define(command: Command, terminal: Terminal): void {
  command
    .argument('[file]', 'a backup: a path, or a name in PARSTOCK_BACKUP_DIR')
    .option('--into <database>', 'fill this empty database of the same PostgreSQL instead')
    .option('--undo', 'put the database back that the last restore set aside')
    .option('--forget', 'drop the databases that restores have set aside')
    .option('--dry-run', 'check the backup and the way, and change nothing')
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLES)
    .action((file: string | undefined, words: Words) => run(file, { words, terminal }));
}

const EXAMPLES = `
The server must not run. The backup is restored beside the present database, compared, and only then
put in its place; the present one is kept under another name until --forget.

Examples:
  parstock restore parstock-20261123T174005123Z.backup
  parstock restore --undo
  parstock restore --forget
`;

async function run(
  file: string | undefined,
  { words, terminal }: { words: Words; terminal: Terminal },
): Promise<void> {
  refuseContradictions(file, words);
  const [restoring, environment] = await Promise.all([
    import('../../server/backup/restore-backup.ts'),
    backupEnvironment(terminal),
  ]);
  const print = (facts: object, text: string) =>
    terminal.out(words.json ? `${JSON.stringify(facts, null, 2)}\n` : text);
  if (words.undo) {
    const facts = await restoring.undoRestore(environment);
    const { database, kept } = facts;
    return print(facts, `${database} is again what it was; the restored one is kept as ${kept}\n`);
  }
  if (words.forget) {
    const dropped = await restoring.forgetBefore(environment);
    return print(
      { dropped },
      dropped.map((name) => `dropped ${name}\n`).join('') || 'nothing kept\n',
    );
  }
  const path = environment.findBackup(file!);
  const { into, dryRun } = words;
  const progress = showProgress(terminal);
  const report = await restoring
    .restoreBackup({ ...environment, path, into, dryRun, ...progress })
    .finally(progress.clear);
  await print(report, describe(report, { path, into }));
}

function refuseContradictions(file: string | undefined, { undo, forget, into, dryRun }: Words) {
  const ways = [file !== undefined, undo, forget].filter(Boolean).length;
  if (ways !== 1) throw badOption('restore', `${ways} of them`, 'a file, --undo or --forget');
  const rest = into === undefined ? dryRun && '--dry-run' : '--into';
  if (file === undefined && rest) throw badOption(rest, 'without a file', 'a file to restore');
}

function describe(
  { from, database, rows, schema, kept }: RestoreReport,
  { path, into }: { path: string; into?: string },
): string {
  const what = `${rows.toLocaleString('en')} rows of ${from.tables.length} tables, as of ${from.instant}`;
  if (database === null) return `${path} can be restored: ${what}\n`;
  const lines = [`Restored ${what}, to schema ${schema}, into database ${database}`];
  if (into) lines.push('To use it: name it in PARSTOCK_DATABASE_URL and start the server');
  if (kept) {
    lines.push(`What was there is kept as ${kept}`);
    lines.push(
      'The way back: parstock restore --undo',
      'To let go of it: parstock restore --forget',
    );
  }
  return `${lines.join('\n')}\n`;
}
