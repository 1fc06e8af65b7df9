import { startEmbeddedPostgres } from '../../src/server/startup/embedded-postgres.ts';

// node test/support/hold-postgres.ts <folder>: starts PostgreSQL there, says so, and waits to be killed.
const dataDir = process.argv[2] as string;
const { connectionString } = await startEmbeddedPostgres({ dataDir });
process.stdout.write(`${connectionString}\n`);
setInterval(() => {}, 60_000);
