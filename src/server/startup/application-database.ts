import pg from 'pg';

const OWNER = 'parstock';
const DATABASE = 'parstock';

/** Makes the program's role and database in a new cluster; leaves existing ones alone. */
export async function prepareDatabase(superuserConnectionString: string): Promise<void> {
  const client = new pg.Client({ connectionString: superuserConnectionString });
  client.on('error', () => {});
  await client.connect();
  try {
    const { rows } = await client.query(
      `select exists (select from pg_roles where rolname = $1) as role,
              exists (select from pg_database where datname = $2) as database`,
      [OWNER, DATABASE],
    );
    // No superuser and no bypassrls: row-level security must hold for the program itself.
    if (!rows[0].role) await client.query(`create role ${OWNER} login`);
    if (!rows[0].database) await client.query(`create database ${DATABASE} owner ${OWNER}`);
  } finally {
    await client.end();
  }
}
