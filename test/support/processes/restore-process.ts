import { restoreBackup } from '../../../src/server/backup/restore-backup.ts';

/** A restore in a process of its own that says what it is doing, for tests that kill it. */
const [path, databaseUrl, dataDir] = process.argv.slice(2);
let said = '';
await restoreBackup({
  path: path!,
  config: { databaseUrl: databaseUrl!, dataDir: dataDir!, backupPassphrase: null },
  uploadFolder: `${dataDir}/uploads`,
  now: () => new Date(),
  onProgress: ({ doing, what }) => {
    const now = `${doing} ${what}`;
    if (now !== said) process.stdout.write(`${now}\n`);
    said = now;
  },
});
process.stdout.write('done\n');
