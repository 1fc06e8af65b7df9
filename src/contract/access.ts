import { z } from 'zod';
import { instantSchema, roleSchema } from './common.ts';

export const signInSchema = z.object({ email: z.email(), password: z.string().min(1).max(200) });

/** Who is signed in, and for which tenant. */
export const sessionSchema = z
  .object({
    user: z.object({ id: z.uuid().nullable(), email: z.string(), role: roleSchema }),
    tenant: z.object({
      id: z.uuid(),
      name: z.string(),
      currency: z.string(),
      demoData: z.boolean(),
    }),
  })
  .meta({ id: 'Session' });
export type Session = z.infer<typeof sessionSchema>;

export const setupStatusSchema = z
  .object({
    state: z.enum(['pending', 'running', 'completed', 'failed']),
    step: z.string().nullable(),
    linkRequired: z
      .boolean()
      .meta({ description: 'True while a one-time link must create the administrator' }),
  })
  .meta({ id: 'SetupStatus' });

export const setupRequestSchema = z.object({
  token: z.string().min(1).meta({ description: 'The token of the one-time set-up link' }),
  companyName: z.string().min(1).max(200),
  currency: z.string().regex(/^[A-Z]{3}$/),
  email: z.email(),
  password: z.string().min(1).max(200),
  demoData: z.boolean().default(false),
});

export const apiKeySchema = z
  .object({
    id: z.uuid(),
    name: z.string(),
    role: roleSchema,
    prefix: z.string().meta({ description: 'First characters, to tell keys apart' }),
    createdAt: instantSchema,
    lastUsedAt: instantSchema.nullable(),
    revokedAt: instantSchema.nullable(),
  })
  .meta({ id: 'ApiKey' });
export const newApiKeySchema = z.object({ name: z.string().min(1).max(100), role: roleSchema });
export const createdApiKeySchema = z
  .object({ key: apiKeySchema, secret: z.string().meta({ description: 'Shown once' }) })
  .meta({ id: 'CreatedApiKey' });

export const userSchema = z
  .object({
    id: z.uuid(),
    email: z.string(),
    role: roleSchema,
    createdAt: instantSchema,
    disabledAt: instantSchema.nullable(),
  })
  .meta({ id: 'User' });
export const newUserSchema = z.object({
  email: z.email(),
  password: z.string().min(1).max(200),
  role: roleSchema,
});
export const userChangeSchema = z.object({
  role: roleSchema.optional(),
  disabled: z.boolean().optional(),
  password: z.string().min(1).max(200).optional(),
});
