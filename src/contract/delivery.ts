import { z } from 'zod';
import { dateSchema, instantSchema } from './common.ts';

/** A tenant for smoke tests: apart from the company, gone after an hour at the latest. */
export const scratchTenantSchema = z
  .object({
    id: z.uuid(),
    apiKey: z.string().meta({ description: 'Key of an administrator of the scratch tenant' }),
    email: z.string(),
    password: z.string(),
    expiresAt: instantSchema,
  })
  .meta({ id: 'ScratchTenant' });
export type ScratchTenant = z.infer<typeof scratchTenantSchema>;

/** Which series are scored, and how. The same request on the same data is the same check. */
export const newAccuracyCheckSchema = z.object({
  seed: z
    .int()
    .min(0)
    .max(2 ** 31 - 1)
    .default(1),
  sampleSize: z.int().min(1).max(500).default(60),
  horizonDays: z.int().min(1).max(90).default(28),
  windows: z.int().min(1).max(6).default(2).meta({ description: 'Origins that are scored' }),
  asOf: dateSchema
    .optional()
    .meta({ description: 'Newest day of sales that is looked at; default: the newest there is' }),
  skus: z
    .array(z.string().min(1).max(200))
    .max(500)
    .optional()
    .meta({ description: 'These products rather than a sample: those of an earlier check' }),
});
export type NewAccuracyCheck = z.input<typeof newAccuracyCheckSchema>;

/** Rolling-origin scores of one series, as `auto` would have done. */
export const seriesAccuracySchema = z
  .object({
    sku: z.string(),
    dataHash: z.string().meta({ description: 'Of the demand that was scored' }),
    rmsse: z.number().nullable(),
    sql: z.number().nullable().meta({ description: 'Scaled quantile loss over the deciles' }),
    windows: z.int(),
    refusal: z.string().nullable().meta({ description: 'Why the series could not be scored' }),
  })
  .meta({ id: 'SeriesAccuracy' });
export type SeriesAccuracy = z.infer<typeof seriesAccuracySchema>;

export const accuracyReportSchema = z
  .object({
    version: z.string(),
    asOf: dateSchema.nullable().meta({ description: 'Null without sales' }),
    seed: z.int(),
    horizonDays: z.int(),
    windows: z.int(),
    series: z.array(seriesAccuracySchema),
  })
  .meta({ id: 'AccuracyReport' });
export type AccuracyReport = z.infer<typeof accuracyReportSchema>;

export const deployStateSchema = z.enum(['succeeded', 'failed', 'undone', 'stuck']).meta({
  description:
    'stuck: what went wrong could not be undone, a person is needed; undone: the earlier version serves',
});

/** One delivery, as the one who made it reports it. Sent twice, it is kept once. */
export const deployRecordSchema = z
  .object({
    id: z.string().min(1).max(100).meta({ description: 'Chosen by whoever deploys' }),
    kind: z.enum(['deploy', 'promote', 'rollback']),
    destination: z.string().min(1).max(100),
    state: deployStateSchema,
    version: z.string().min(1).max(100),
    image: z.string().max(500).nullable(),
    digest: z.string().max(200).meta({ description: 'Of the image: sha256:…' }),
    previousDigest: z.string().max(200).nullable(),
    by: z.string().min(1).max(200),
    approvedBy: z.string().max(200).nullable().default(null),
    startedAt: instantSchema,
    finishedAt: instantSchema,
    reason: z.string().max(2000).nullable().meta({ description: 'Why it did not succeed' }),
    steps: z
      .array(
        z.object({
          name: z.string().max(100),
          state: z.enum(['done', 'failed', 'undone', 'skipped']),
          milliseconds: z.number().min(0),
          note: z.string().max(500).nullable(),
        }),
      )
      .max(100),
    smoke: z
      .object({
        ok: z.boolean(),
        milliseconds: z.number(),
        checks: z
          .array(
            z.object({
              name: z.string().max(100),
              state: z.enum(['passed', 'failed', 'skipped']),
              milliseconds: z.number(),
              note: z.string().max(1000).nullable(),
            }),
          )
          .max(100),
      })
      .nullable(),
    gate: z
      .object({
        verdict: z.enum(['passed', 'breached', 'not-judged']),
        reason: z.string().max(1000),
        series: z.int(),
        rmsseChange: z.number().nullable(),
        sqlChange: z.number().nullable(),
      })
      .nullable(),
  })
  .meta({ id: 'Deploy' });
export type DeployRecord = z.infer<typeof deployRecordSchema>;

export const deployListSchema = z
  .object({
    serving: z
      .object({
        version: z.string(),
        image: z
          .string()
          .nullable()
          .meta({ description: 'As the deployer told this server; null where nobody did' }),
        since: z.string().meta({ description: 'When this server started' }),
      })
      .meta({ description: 'What answers this very request' }),
    items: z.array(deployRecordSchema),
  })
  .meta({ id: 'DeployList' });
export type DeployList = z.infer<typeof deployListSchema>;
