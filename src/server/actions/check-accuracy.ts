import { createHash } from 'node:crypto';
import type { z } from 'zod';
import type {
  AccuracyReport,
  newAccuracyCheckSchema,
  SeriesAccuracy,
} from '../../contract/delivery.ts';
import { findSampled, type SampledProduct, sampleProducts } from '../store/accuracy-sample.ts';
import { addDays } from '../store/calendar-day.ts';
import type { Tx } from '../store/database.ts';
import {
  type DemandSeries,
  findNewestSalesDate,
  listDemand,
  recordsZeroSales,
} from '../store/demand.ts';
import type { ActionContext } from './context.ts';

/** As long as a forecast run looks back. */
const HISTORY_DAYS = 1_100;
/** Small, so that progress is seen and a cancelled check ends soon. */
const CHUNK = 4;

type AccuracyRequest = z.output<typeof newAccuracyCheckSchema>;

/** Scores of one series, before it is known whose they are. */
export type SeriesScores = Omit<SeriesAccuracy, 'sku' | 'dataHash'>;

/** Work for one thread. */
export interface AccuracyTask {
  readonly series: readonly DemandSeries[];
  readonly horizonDays: number;
  readonly windows: number;
  readonly seed: number;
}

/** Has a chunk scored on another thread; rejects when the signal says so. */
export type ScoreSeries = (task: AccuracyTask, signal: AbortSignal) => Promise<SeriesScores[]>;

export interface AccuracyCheck {
  readonly context: Pick<ActionContext, 'database' | 'tenantId'>;
  readonly request: AccuracyRequest;
  readonly version: string;
  readonly score: ScoreSeries;
  /** Chunks under way at a time. */
  readonly threads: number;
  readonly signal: AbortSignal;
}

export type AccuracyEvent =
  | { readonly event: 'progress'; readonly done: number; readonly total: number }
  | { readonly event: 'report'; readonly report: AccuracyReport };

/**
 * Scores what `auto` would have forecast at past origins, series by series, on this very server. Ends at
 * once when the signal says so; nothing is written anywhere.
 */
export async function* checkAccuracy(check: AccuracyCheck): AsyncGenerator<AccuracyEvent> {
  const { request, version } = check;
  const { seed, horizonDays, windows } = request;
  const sample = await takeSample(check);
  const total = sample.products.length;
  const scores = new Map<string, SeriesAccuracy>();
  yield { event: 'progress', done: 0, total };
  for await (const chunk of scored(check, sample)) {
    for (const one of chunk) scores.set(one.sku, one);
    yield { event: 'progress', done: scores.size, total };
  }
  const series = sample.products.map(({ sku }) => scores.get(sku)!);
  const { asOf } = sample;
  yield { event: 'report', report: { version, asOf, seed, horizonDays, windows, series } };
}

interface Sample {
  readonly asOf: string | null;
  readonly missingDays: 'zero' | 'missing';
  readonly products: readonly SampledProduct[];
}

async function takeSample({ context, request }: AccuracyCheck): Promise<Sample> {
  const { seed, sampleSize: size, horizonDays, windows, skus } = request;
  // Three weeks before the first origin: below that there is no choice among methods to score.
  const leastDays = horizonDays * windows + 21;
  return context.database.withTenant(context.tenantId, async (tx) => {
    const newest = await findNewestSalesDate(tx);
    const asOf = request.asOf ?? newest;
    if (asOf === null || newest === null)
      return { asOf: null, missingDays: 'missing', products: [] };
    const missingDays = (await recordsZeroSales(tx)) ? 'missing' : 'zero';
    const products = skus
      ? await findSampled(tx, skus)
      : await sampleProducts(tx, { seed, size, asOf, leastDays });
    return { asOf, missingDays, products };
  });
}

/** Chunk by chunk on several lanes, as they are done. */
async function* scored(check: AccuracyCheck, sample: Sample): AsyncGenerator<SeriesAccuracy[]> {
  const { signal, threads } = check;
  const waiting = Array.from({ length: Math.ceil(sample.products.length / CHUNK) }, (_, i) =>
    sample.products.slice(i * CHUNK, (i + 1) * CHUNK),
  );
  const lanes = new Map<number, Promise<{ lane: number; chunk: SeriesAccuracy[] }>>();
  const begin = (lane: number) => {
    const products = waiting.shift();
    if (!products) return;
    const work = scoreChunk(check, { sample, products });
    lanes.set(
      lane,
      work.then((chunk) => ({ lane, chunk })),
    );
  };
  for (let lane = 0; lane < threads; lane++) begin(lane);
  try {
    while (lanes.size > 0) {
      signal.throwIfAborted();
      const { lane, chunk } = await Promise.race(lanes.values());
      lanes.delete(lane);
      begin(lane);
      yield chunk;
    }
  } finally {
    // Those that were cut off reject; nobody waits for them any more.
    for (const lane of lanes.values()) lane.catch(() => undefined);
  }
}

async function scoreChunk(
  { context, request, score, signal }: AccuracyCheck,
  work: { sample: Sample; products: readonly SampledProduct[] },
): Promise<SeriesAccuracy[]> {
  const { seed, horizonDays, windows } = request;
  const { asOf, missingDays } = work.sample;
  const to = asOf as string;
  const read = (tx: Tx) =>
    listDemand(tx, {
      productIds: work.products.map(({ productId }) => productId),
      from: addDays(to, 1 - HISTORY_DAYS),
      to,
      missingDays,
    });
  const series = await context.database.withTenant(context.tenantId, read);
  // Taken before the threads take the memory over.
  const named = series.map(({ sku, y }) => ({ sku, dataHash: hashOf(y) }));
  const scores = await score({ series, horizonDays, windows, seed }, signal);
  return named.map((name, i) => ({ ...name, ...scores[i]! }));
}

function hashOf(y: Float64Array<ArrayBuffer>): string {
  return createHash('sha256').update(new Uint8Array(y.buffer)).digest('hex').slice(0, 16);
}
