import { z } from 'zod';
import { setupReportSchema } from './access.ts';
import { dateSchema, moneySchema, quantitySchema } from './common.ts';
import { runSchema } from './runs.ts';

/** What needs attention today, in units and money. */
export const todaySchema = z
  .object({
    asOf: dateSchema.nullable(),
    products: z.int(),
    lastSalesOn: dateSchema.nullable(),
    toOrder: z.object({
      lines: z.int(),
      suppliers: z.int(),
      units: quantitySchema,
      value: z.array(moneySchema),
    }),
    atRisk: z
      .array(
        z.object({
          sku: z.string(),
          productName: z.string(),
          onHand: quantitySchema,
          stockOutOn: dateSchema.nullable(),
          daysOfCover: z.number().nullable(),
          proposedQuantity: quantitySchema,
          value: moneySchema.nullable(),
          lateUnits: quantitySchema.meta({
            description: 'Expected demand between stock-out and the earliest receipt',
          }),
        }),
      )
      .meta({
        description:
          'Products that run out before an order placed today would arrive, worst first, at most 20',
      }),
    overstock: z.object({ products: z.int(), units: quantitySchema, value: z.array(moneySchema) }),
    drafts: z.int(),
    awaitingReceipt: z.object({ orders: z.int(), overdue: z.int(), value: z.array(moneySchema) }),
    refusedSeries: z.int(),
    unplanned: z
      .array(
        z.object({
          code: z.string(),
          title: z.string(),
          remedy: z.string(),
          products: z.int(),
          skus: z.array(z.string()).meta({ description: 'The first few of them' }),
        }),
      )
      .meta({ description: 'Active products without a proposal, by reason' }),
    lastRun: runSchema.nullable(),
  })
  .meta({ id: 'Today' });
export type Today = z.infer<typeof todaySchema>;

/** Runtime and models, as far as this process has seen them. */
export const machineLearningSchema = z
  .object({
    state: z.enum(['off', 'absent', 'waiting', 'installing', 'verifying', 'ready', 'failed']),
    reason: z.string().meta({ description: 'One sentence for a person' }),
    code: z
      .string()
      .nullable()
      .meta({ description: 'Of the catalogue of refusals, where it failed' }),
    phase: z.string().nullable().meta({ description: '`runtime`, or the model that is fetched' }),
    bytes: z.object({ done: z.int(), total: z.int() }).nullable(),
    failures: z.int().meta({ description: 'Tries that failed one after another' }),
    nextTryAt: z.string().nullable(),
    runtimeVersion: z.string().nullable().meta({ description: 'ONNX Runtime, once installed' }),
    models: z.array(
      z.object({
        name: z.string(),
        installed: z.boolean(),
        bytes: z.int().nullable(),
        licence: z.string(),
        revision: z.string(),
        trust: z
          .enum(['pinned', 'first download', 'import'])
          .nullable()
          .meta({ description: 'Where the checksums come from that the files were held to' }),
      }),
    ),
  })
  .meta({ id: 'MachineLearning' });

/** Backups that the server makes by itself, and the newest in its folder whoever made it. */
export const backupStatusSchema = z
  .object({
    state: z.enum(['off', 'waiting', 'running', 'failed']),
    lastAt: z.string().nullable().meta({ description: 'Of the newest backup that was found good' }),
    lastBytes: z.int().nullable(),
    nextAt: z.string().nullable(),
    reason: z.string().nullable().meta({ description: 'Why the last try failed' }),
  })
  .meta({ id: 'BackupStatus' });
export type BackupStatus = z.infer<typeof backupStatusSchema>;

export const statusSchema = z
  .object({
    version: z.string(),
    role: z.string().meta({ description: 'serve, or work: jobs alone' }),
    database: z.string().meta({ description: 'embedded or external' }),
    schema: z
      .object({
        database: z.string().nullable(),
        program: z.string(),
        minReader: z.string().nullable().meta({
          description: 'Oldest program version that the database admits',
        }),
      })
      .meta({ description: 'Newest migration of the database, and newest that the program knows' }),
    startedAt: z.string(),
    steps: z.array(
      z.object({
        name: z.string(),
        state: z.string(),
        deadlineSeconds: z.number().nullable(),
        milliseconds: z.number().nullable(),
        note: z.string().nullable(),
      }),
    ),
    setup: setupReportSchema,
    queue: z
      .object({
        waiting: z.int(),
        active: z.int(),
        failed: z
          .int()
          .meta({ description: 'Attempts that failed in this process since it started' }),
      })
      .nullable(),
    machineLearning: machineLearningSchema,
    backup: backupStatusSchema,
  })
  .meta({ id: 'Status' });
