import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { Refusal } from '../../contract/errors.ts';

export interface WaitOptions {
  readonly deadlineSeconds: number;
  readonly log: { info(facts: object, message: string): void };
  /** Ends the wait. */
  readonly signal?: AbortSignal | undefined;
}

const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 5_000;
const CONNECT_TIMEOUT_MS = 5_000;
const OLDEST_VERSION = 150_000;
/** Role that the program acts as, where the one that it connects as would see every tenant. */
const APPLICATION_ROLE = 'parstock_app';
/** Replicas of one start make the role one after the other. */
const ROLE_LOCK = 7_270_319_002;
/** Another database's program made it in the same moment. */
const EXISTS = new Set(['42710', '23505']);

/** What an error code of the network, of TLS or of PostgreSQL means to whoever runs the server. */
const REASONS: Readonly<Record<string, string>> = {
  ENOTFOUND: 'the host name does not resolve',
  EAI_AGAIN: 'the host name does not resolve at the moment',
  ECONNREFUSED: 'nothing listens on that host and port',
  ECONNRESET: 'the connection was cut',
  ETIMEDOUT: 'the host does not answer',
  EHOSTUNREACH: 'there is no way to the host',
  ENETUNREACH: 'there is no way to the network',
  ENOENT: 'the socket does not exist',
  EACCES: 'the socket may not be opened',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'TLS: the certificate is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'TLS: the certificate is self-signed',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'TLS: the certificate cannot be verified',
  CERT_HAS_EXPIRED: 'TLS: the certificate has expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'TLS: the certificate is for another host',
  '28P01': 'the password is wrong',
  '28000': 'this user may not connect from here',
  '3D000': 'there is no such database',
  '53300': 'the server has no connection left',
  '57P03': 'the server is starting up',
  '57P01': 'the server is shutting down',
};
/** Waiting does not mend these. */
const HOPELESS = new Set(['28P01', '28000']);

/**
 * Waits for a PostgreSQL of the operator's own and says how to connect so that row-level security
 * holds: where the user would bypass it, as a role of ours that does not.
 */
export async function connectExternalPostgres(url: string, options: WaitOptions): Promise<string> {
  const client = await waitForDatabase(url, options);
  try {
    return await restrictedUrl(client, url);
  } finally {
    await client.end();
  }
}

async function waitForDatabase(
  url: string,
  { deadlineSeconds, log, signal }: WaitOptions,
): Promise<pg.Client> {
  const deadline = Date.now() + deadlineSeconds * 1000;
  for (let attempt = 0; ; attempt++) {
    const client = new pg.Client({
      connectionString: url,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      application_name: 'parstock start-up',
    });
    client.on('error', () => {});
    try {
      await client.connect();
      return client;
    } catch (error) {
      const { code = '', reason, hopeless } = whatIsWrong(error, url);
      // Half of the pause is chance, so that replicas do not knock in step.
      const pause = Math.min(FIRST_PAUSE_MS * 2 ** attempt, LONGEST_PAUSE_MS);
      const waitMs = pause * (0.5 + Math.random() / 2);
      if (hopeless || Date.now() + waitMs > deadline) {
        throw new Refusal('database_unreachable', where(url, reason), { cause: error });
      }
      log.info({ reason, code, waitMs: Math.round(waitMs) }, 'waiting for the database');
      await sleep(waitMs, undefined, { signal });
    }
  }
}

/** In words, and whether waiting could mend it. */
function whatIsWrong(error: unknown, url: string) {
  const { code, message } = error as { code?: string; message: string };
  // What the driver says without a code, where no password is given, is that one is wanted.
  if (code === undefined && new URL(url).password === '' && /password/.test(message))
    return { reason: 'a password is wanted, and none is given', hopeless: true };
  return { code, reason: REASONS[code ?? ''] ?? message, hopeless: HOPELESS.has(code ?? '') };
}

/** Everything of the address but the password. */
function where(url: string, found: string): Record<string, unknown> {
  const { hostname, port, pathname, username } = new URL(url);
  const address = `${username}@${hostname}:${port || 5432}${pathname}`;
  return { variable: 'PARSTOCK_DATABASE_URL', address, found };
}

async function restrictedUrl(client: pg.Client, url: string): Promise<string> {
  const { rows } = await client.query(
    `select current_setting('server_version_num')::int as version, rolsuper or rolbypassrls as free
     from pg_roles where rolname = current_user`,
  );
  const { version, free } = rows[0] as { version: number; free: boolean };
  if (version < OLDEST_VERSION) {
    const found = `PostgreSQL ${Math.floor(version / 10_000)}`;
    const details = { ...where(url, found), wanted: 'PostgreSQL 15 or newer' };
    throw new Refusal('database_unreachable', details);
  }
  if (!free) return url;
  await makeApplicationRole(client);
  const restricted = new URL(url);
  restricted.searchParams.set('options', `-c role=${APPLICATION_ROLE}`);
  return restricted.href;
}

async function makeApplicationRole(client: pg.Client): Promise<void> {
  // Held until the connection ends.
  await client.query('select pg_advisory_lock($1)', [ROLE_LOCK]);
  try {
    await client.query(`create role ${APPLICATION_ROLE} nologin`);
  } catch (error) {
    if (!EXISTS.has((error as { code?: string }).code ?? '')) throw error;
  }
  const { rows } = await client.query('select quote_ident(current_database()) as name');
  await client.query(`grant ${APPLICATION_ROLE} to current_user`);
  await client.query(`grant create, temporary on database ${rows[0].name} to ${APPLICATION_ROLE}`);
  await client.query(`grant create, usage on schema public to ${APPLICATION_ROLE}`);
}
