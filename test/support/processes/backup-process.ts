import { makeBackup } from '../../../src/server/backup/make-backup.ts';

/** A backup in a process of its own that says what it is doing, for tests that kill it. */
const [connectionString, folder, uploadFolder] = process.argv.slice(2);
let said = '';
await makeBackup({
  connectionString: connectionString!,
  folder: folder!,
  uploadFolder: uploadFolder!,
  program: '0.1.0',
  passphrase: null,
  keep: 7,
  now: () => new Date(),
  onProgress: ({ doing }) => {
    if (doing !== said) process.stdout.write(`${doing}\n`);
    said = doing;
  },
});
