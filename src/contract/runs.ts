import { z } from 'zod';
import { dateSchema, instantSchema } from './common.ts';

export const runStateSchema = z.enum(['queued', 'running', 'completed', 'cancelled', 'failed']);

export const newRunSchema = z.object({
  horizonDays: z
    .int()
    .min(1)
    .max(365)
    .optional()
    .meta({ description: 'Default: as long as the longest protection window, at least 28' }),
  seed: z
    .int()
    .min(0)
    .max(2 ** 31 - 1)
    .default(1),
});

/** A forecast run over the catalogue: an immutable snapshot once completed. */
export const runSchema = z
  .object({
    id: z.uuid(),
    state: runStateSchema,
    asOf: dateSchema,
    horizonDays: z.int(),
    seed: z.int(),
    engineVersion: z.string(),
    series: z.object({ total: z.int(), done: z.int(), refused: z.int() }),
    attempts: z.int().meta({ description: 'Above 1 after the run was resumed' }),
    requestedBy: z.string(),
    error: z.object({ code: z.string(), message: z.string() }).nullable(),
    proposals: z.int().meta({ description: 'Order proposals made from this run' }),
    methods: z.record(z.string(), z.int()).meta({ description: 'Series per chosen method' }),
    accuracy: z
      .object({
        series: z.int(),
        wape: z.number().nullable(),
        mase: z.number().nullable(),
        bias: z.number().nullable(),
        coverage80: z.number().nullable(),
      })
      .nullable()
      .meta({ description: 'Against the actuals that have arrived since' }),
    machineLearning: z.object({ state: z.string(), note: z.string() }).nullable().meta({
      description: 'How it was when the run began, and what that means for the forecasts',
    }),
    createdAt: instantSchema,
    startedAt: instantSchema.nullable(),
    finishedAt: instantSchema.nullable(),
  })
  .meta({ id: 'Run' });
export type Run = z.infer<typeof runSchema>;

/** What models from outside of the engine did for a run, each held against the statistical choice. */
export const runModelsSchema = z
  .object({
    models: z.array(
      z.object({
        method: z.string(),
        title: z.string(),
        scored: z.int().meta({ description: 'Series on whose backtest it was scored' }),
        used: z.int().meta({ description: 'Series whose forecast is its own, wholly or in part' }),
        medianGain: z.number().nullable().meta({
          description:
            'Share of backtest error (RMSSE) saved where it is used, against the best statistical method',
        }),
        unavailable: z.int().meta({ description: 'Series that it was not asked about' }),
        unavailableReason: z.string().nullable(),
        bestSeries: z
          .array(
            z.object({
              sku: z.string(),
              name: z.string(),
              weight: z.number().meta({ description: 'Its share of the forecast, 1 for all' }),
              gain: z.number().nullable(),
            }),
          )
          .meta({ description: 'Where it is used, most saved first, 20 at most' }),
      }),
    ),
  })
  .meta({ id: 'RunModels' });
export type RunModels = z.infer<typeof runModelsSchema>;
