import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '../../../test/support/database.ts';
import { insertUser } from '../store/users.ts';
import { createApiKey, listApiKeys, revokeApiKey } from './api-keys.ts';
import { authenticate } from './authenticate.ts';
import type { ActionContext } from './context.ts';
import { hashPassword, hashToken } from './secrets.ts';
import { signIn } from './sign-in.ts';
import { signOut } from './sign-out.ts';
import { changeUser, createUser, listUsers } from './users.ts';

const PASSWORD = 'correct horse battery';
const START = new Date('2026-03-10T08:00:00Z');
let db: TestDatabase;
let now = START;
let context: ActionContext;
beforeAll(async () => {
  db = await testDatabase();
  const { database, tenantId } = db;
  const passwordHash = await hashPassword(PASSWORD);
  const ann = await database.withTenant(tenantId, (tx) =>
    insertUser(tx, { tenantId, email: 'ann@example.com', passwordHash, role: 'admin' }),
  );
  context = {
    database,
    jobs: { enqueue: async () => {} },
    clock: { now: () => now, today: () => '2026-03-10' },
    tenantId,
    actor: 'ann@example.com',
    userId: ann!.id,
    uploadFolder: '',
  };
});
afterAll(() => db.close());

const credentials = { email: ' Ann@Example.com ', password: PASSWORD, sessionDays: 1 };
const refused = (code: string) => expect.objectContaining({ code });
const whoIs = (sessionToken: string) => authenticate(context, { sessionToken });

test('a session is opened by password, holds for its days, and ends by signing out', async () => {
  const { token, session } = await signIn(context, credentials);
  expect(session).toMatchObject({
    user: { email: 'ann@example.com', role: 'admin' },
    tenant: { name: 'First company', currency: 'EUR', demoData: false },
  });
  expect(await whoIs(token)).toMatchObject({ tenantId: db.tenantId, actor: 'ann@example.com' });
  now = new Date(START.getTime() + 86_400_000);
  expect(await whoIs(token)).toBeNull();
  now = START;
  await signOut(context, { sessionToken: token });
  expect(await whoIs(token)).toBeNull();
});

test('neither the password nor the token is kept', async () => {
  const { token } = await signIn(context, credentials);
  const kept = await db.database.withTenant(db.tenantId, async (tx) =>
    JSON.stringify([
      await tx.selectFrom('sessions').selectAll().execute(),
      await tx.selectFrom('users').selectAll().execute(),
      await tx.selectFrom('audit_log').selectAll().execute(),
    ]),
  );
  expect(kept).toContain(hashToken(token));
  expect(kept).not.toContain(token);
  expect(kept).not.toContain(PASSWORD);
  expect(kept).toContain('$argon2id$');
});

test('a wrong password and an unknown address are refused in the same words', async () => {
  const wrong = { ...credentials, password: 'something else' };
  const unknown = { ...credentials, email: 'nobody@example.com' };
  await expect(signIn(context, wrong)).rejects.toEqual(refused('wrong_credentials'));
  await expect(signIn(context, unknown)).rejects.toEqual(refused('wrong_credentials'));
  expect(await authenticate(context, {})).toBeNull();
  expect(await authenticate(context, { bearer: 'ps_made-up' })).toBeNull();
});

test('an API key is shown once, carries its role, and can be revoked', async () => {
  const { key, secret } = await createApiKey(context, { name: 'till', role: 'planner' });
  expect(secret.startsWith(key.prefix)).toBe(true);
  const caller = await authenticate(context, { bearer: secret });
  expect(caller).toMatchObject({ role: 'planner', actor: 'key till', userId: null });
  const { items } = await listApiKeys(context);
  expect(items).toMatchObject([{ id: key.id, lastUsedAt: now.toISOString() }]);
  expect(JSON.stringify(items)).not.toContain(secret);
  await revokeApiKey(context, { id: key.id });
  expect(await authenticate(context, { bearer: secret })).toBeNull();
  // A session's token is no key, and a key no session.
  expect(await whoIs(secret)).toBeNull();
});

test('a user who is disabled is signed out at once', async () => {
  const bob = await createUser(context, {
    email: 'Bob@example.com',
    password: PASSWORD,
    role: 'planner',
  });
  const bobs = { ...credentials, email: 'bob@example.com' };
  const { token } = await signIn(context, bobs);
  expect(await whoIs(token)).toMatchObject({ role: 'planner' });
  await changeUser(context, { id: bob.id, role: 'viewer' });
  expect(await whoIs(token)).toMatchObject({ role: 'viewer' });
  await changeUser(context, { id: bob.id, disabled: true });
  expect(await whoIs(token)).toBeNull();
  await expect(signIn(context, bobs)).rejects.toEqual(refused('wrong_credentials'));
  await changeUser(context, { id: bob.id, disabled: false, password: 'another long one' });
  await expect(signIn(context, bobs)).rejects.toEqual(refused('wrong_credentials'));
  const { items } = await listUsers(context);
  expect(items.map(({ email }) => email)).toEqual(['ann@example.com', 'bob@example.com']);
});

test('what users may not be', async () => {
  const carol = { email: 'ann@example.com', password: PASSWORD, role: 'viewer' } as const;
  await expect(createUser(context, carol)).rejects.toEqual(refused('already_exists'));
  // The address is taken although the other tenant cannot see by whom.
  const elsewhere = { ...context, tenantId: db.otherTenantId };
  await expect(createUser(elsewhere, carol)).rejects.toEqual(refused('already_exists'));
  const short = { ...carol, email: 'carol@example.com', password: 'short' };
  await expect(createUser(context, short)).rejects.toEqual(refused('weak_password'));
  const id = context.userId!;
  for (const change of [{ disabled: true }, { role: 'viewer' as const }]) {
    await expect(changeUser(context, { id, ...change })).rejects.toEqual(
      refused('last_administrator'),
    );
  }
});
