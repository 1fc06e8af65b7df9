import type { Command } from 'commander';
import type { BackupReport } from '../../server/backup/make-backup.ts';
import { backupEnvironment, bytesText, showProgress } from '../backup-words.ts';
import { textTable } from '../table.ts';
import type { Terminal } from '../terminal.ts';

interface Words {
  readonly json?: boolean;
  readonly dryRun?: boolean;
}

export function define(command: Command, terminal: Terminal): void {
  command
    .option('--json', 'print JSON')
    .option('--dry-run', 'say what would be done, and do nothing')
    .addHelpText('after', EXAMPLES)
    .action((words: Words) => run(words, terminal));
  const json = () => command.opts<Words>().json;
  command
    .command('list')
    .description('list the backups in the folder, newest first')
    .option('--json', 'print JSON')
    .action((words: Words) => list(words.json ?? json(), terminal));
  command
    .command('verify <file>')
    .description('restore a backup into a throwaway database and compare every table')
    .option('--json', 'print JSON')
    .action((file: string, words: Words) => verify(file, words.json ?? json(), terminal));
}

const EXAMPLES = `
The server may run meanwhile or not. A backup gets its name only after it was restored into a throwaway
database and every table there was compared with what was read. Settings: PARSTOCK_BACKUP_DIR,
PARSTOCK_BACKUP_KEEP, PARSTOCK_BACKUP_PASSPHRASE; those of the database as for the server.

Examples:
  parstock backup
  parstock backup list
  parstock backup verify parstock-20261123T174005123Z.backup
`;

async function run({ json, dryRun }: Words, terminal: Terminal): Promise<void> {
  const [{ makeBackup }, { withReachedDatabase }, environment] = await Promise.all([
    import('../../server/backup/make-backup.ts'),
    import('../../server/backup/reach-database.ts'),
    backupEnvironment(terminal),
  ]);
  const { config } = environment;
  const { backupDir: folder, backupKeep: keep, backupPassphrase: passphrase } = config;
  if (dryRun) {
    const plan = { folder, keep, encrypted: passphrase !== null };
    return terminal.out(
      json ? `${JSON.stringify(plan, null, 2)}\n` : `would back up to ${folder}\n`,
    );
  }
  const progress = showProgress(terminal);
  const report = await withReachedDatabase(config, (connectionString) =>
    makeBackup({ ...environment, connectionString, folder, keep, passphrase, ...progress }),
  ).finally(progress.clear);
  await terminal.out(json ? `${JSON.stringify(report, null, 2)}\n` : describe(report));
}

function describe(report: BackupReport): string {
  const { path, bytes, tables, rows, files, seconds, pruned, encrypted, schema } = report;
  const lines = [
    path,
    `  ${bytesText(bytes)}${encrypted ? ', encrypted' : ''}; schema ${schema}`,
    `  ${rows.toLocaleString('en')} rows of ${tables} tables, ${files} waiting files`,
    `  written in ${seconds.writing} s, restored and compared in ${seconds.verifying} s`,
    ...pruned.map((name) => `  deleted ${name}`),
  ];
  return `${lines.join('\n')}\n`;
}

async function list(json: boolean | undefined, terminal: Terminal): Promise<void> {
  const [{ listBackups }, { config }] = await Promise.all([
    import('../../server/backup/backup-folder.ts'),
    backupEnvironment(terminal),
  ]);
  const files = await listBackups(config.backupDir);
  const facts = files.map(({ name, bytes, header }) => ({
    name,
    instant: header.instant,
    bytes,
    program: header.program,
    schema: header.schema,
    encrypted: header.encryption !== null,
  }));
  if (json)
    return terminal.out(
      `${JSON.stringify({ folder: config.backupDir, backups: facts }, null, 2)}\n`,
    );
  if (facts.length === 0) return terminal.note(`parstock: no backup in ${config.backupDir}`);
  const right = 'right' as const;
  const columns = [
    { title: 'backup' },
    { title: 'size', align: right },
    { title: 'version' },
    { title: 'schema' },
    { title: 'encrypted' },
  ];
  const rows = facts.map(({ name, bytes, program, schema, encrypted }) => [
    name,
    bytesText(bytes),
    program,
    schema,
    encrypted ? 'yes' : 'no',
  ]);
  await terminal.out(textTable(columns, rows));
}

async function verify(file: string, json: boolean | undefined, terminal: Terminal): Promise<void> {
  const [{ checkBackup }, { config, findBackup }] = await Promise.all([
    import('../../server/backup/check-backup.ts'),
    backupEnvironment(terminal),
  ]);
  const path = findBackup(file);
  const progress = showProgress(terminal);
  const passphrase = config.backupPassphrase;
  const { manifest, rows } = await checkBackup({ path, passphrase, ...progress }).finally(
    progress.clear,
  );
  const { instant, program, migrations, tables } = manifest;
  const facts = { path, instant, program, schema: migrations.at(-1), tables: tables.length, rows };
  const text = `${path} is good: ${rows.toLocaleString('en')} rows of ${tables.length} tables\n`;
  await terminal.out(json ? `${JSON.stringify(facts, null, 2)}\n` : text);
}
