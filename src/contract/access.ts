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

const setupErrorSchema = z.object({
  code: z.string(),
  title: z.string(),
  remedy: z.string(),
  file: z.string().nullable(),
  line: z.int().nullable(),
  column: z.string().nullable(),
});

/** How far set-up has come, or why it has failed; nothing about who or what. */
export const setupReportSchema = z
  .object({
    state: z.enum(['pending', 'running', 'completed', 'failed']),
    step: z.string().nullable().meta({ description: 'Under way, or the one that failed' }),
    programVersion: z.string().nullable().meta({ description: 'Version that set up, or tried to' }),
    startedAt: instantSchema.nullable(),
    finishedAt: instantSchema.nullable(),
    error: setupErrorSchema.nullable().meta({ description: 'Why the last attempt failed' }),
  })
  .meta({ id: 'SetupReport' });

export const setupStatusSchema = setupReportSchema
  .extend({
    linkRequired: z
      .boolean()
      .meta({ description: 'True while a one-time link must create the administrator' }),
    extras: z
      .object({
        fromFolder: z
          .boolean()
          .meta({ description: 'Files are imported; demo data are not offered' }),
        files: z.array(z.string()),
        testUser: z.boolean(),
      })
      .nullable()
      .meta({ description: 'What else the operator has set up; null once it is complete' }),
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
