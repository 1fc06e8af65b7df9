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
    machineLearning: z.object({ state: z.string(), reason: z.string().nullable() }),
  })
  .meta({ id: 'Status' });
