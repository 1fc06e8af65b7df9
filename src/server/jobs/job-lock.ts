import type pg from 'pg';

/**
 * Runs work while holding a lock that belongs to the database session: it is free again the moment
 * the process that held it is gone, however it went. Undefined when somebody else holds it.
 */
export async function withJobLock<T>(
  pool: pg.Pool,
  key: string,
  work: () => Promise<T>,
): Promise<{ done: T } | undefined> {
  const client = await pool.connect();
  let broken: Error | undefined;
  const onError = (error: Error) => {
    broken = error;
  };
  client.on('error', onError);
  try {
    const { rows } = await client.query<{ locked: boolean }>(
      `select pg_try_advisory_lock(hashtextextended('job:' || $1, 0)) as locked`,
      [key],
    );
    if (!rows[0]?.locked) return undefined;
    try {
      return { done: await work() };
    } finally {
      if (!broken)
        await client.query(`select pg_advisory_unlock(hashtextextended('job:' || $1, 0))`, [key]);
    }
  } finally {
    client.off('error', onError);
    client.release(broken);
  }
}
