import type { z } from 'zod';
import type { newUserSchema, userChangeSchema, userSchema } from '../../contract/access.ts';
import { Refusal } from '../../contract/errors.ts';
import { recordAudit } from '../store/audit.ts';
import { deleteSessionsOfUser } from '../store/sessions.ts';
import {
  findUser,
  insertUser,
  listAllUsers,
  lockAdministrators,
  type StoredUser,
  updateUser,
} from '../store/users.ts';
import type { ActionContext } from './context.ts';
import { hashPassword } from './secrets.ts';

type User = z.infer<typeof userSchema>;

export async function listUsers(context: ActionContext): Promise<{ items: User[] }> {
  const users = await context.database.withTenant(context.tenantId, listAllUsers);
  return { items: users.map(toUser) };
}

export async function createUser(
  context: ActionContext,
  input: z.infer<typeof newUserSchema>,
): Promise<User> {
  const email = input.email.trim().toLowerCase();
  const passwordHash = await hashPassword(input.password);
  return context.database.withTenant(context.tenantId, async (tx) => {
    const { tenantId } = context;
    const user = await insertUser(tx, { tenantId, email, passwordHash, role: input.role });
    if (!user) throw new Refusal('already_exists', { email });
    const details = { role: input.role };
    await recordAudit(tx, context, { action: 'user.create', subject: email, details });
    return toUser(user);
  });
}

/** Whoever is disabled or given another password is signed out everywhere. */
export async function changeUser(
  context: ActionContext,
  input: { readonly id: string } & z.infer<typeof userChangeSchema>,
): Promise<User> {
  const { id, role, disabled, password } = input;
  const passwordHash = password === undefined ? undefined : await hashPassword(password);
  const disabledAt = disabled === undefined ? undefined : disabled ? context.clock.now() : null;
  return context.database.withTenant(context.tenantId, async (tx) => {
    const administrators = await lockAdministrators(tx);
    const before = await findUser(tx, id);
    if (!before) throw new Refusal('not_found', { user: id });
    const stopsBeingOne = (role !== undefined && role !== 'admin') || disabled === true;
    if (stopsBeingOne && administrators.every((other) => other === id)) {
      if (administrators.length > 0)
        throw new Refusal('last_administrator', { user: before.email });
    }
    await updateUser(tx, id, { role, passwordHash, disabledAt });
    if (disabled || passwordHash) await deleteSessionsOfUser(tx, id);
    const details = { role, disabled, passwordChanged: passwordHash !== undefined };
    await recordAudit(tx, context, { action: 'user.change', subject: before.email, details });
    return toUser((await findUser(tx, id)) as StoredUser);
  });
}

function toUser({ id, email, role, createdAt, disabledAt }: StoredUser): User {
  const disabled = disabledAt?.toISOString() ?? null;
  return { id, email, role, createdAt: createdAt.toISOString(), disabledAt: disabled };
}
