import { statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import { Refusal } from '../../contract/errors.ts';
import type {
  ChronosReply,
  ChronosThread,
  DescribeTask,
  ForecastAnswer,
  ForecastTask,
  GroupTask,
} from './chronos-task.ts';
import type { Precision } from './layers.ts';
import { limitConcurrency } from './limit-concurrency.ts';
import type { ChronosConfig } from './read-config.ts';

export interface ChronosOptions {
  /** Holds the installed ONNX Runtime. */
  readonly runtimeFolder: string;
  /** Holds `config.json` and `model.safetensors` as published. */
  readonly modelFolder: string;
  /** Where built graphs of this model, and no other, are kept between starts. */
  readonly graphFolder: string;
  /** How many processors may be used; each thread maps the same weights. */
  readonly threads: number;
  /** `int8` is faster and less exact; see docs/ml.md for how much. Default `float32`. */
  readonly precision?: Precision;
}

export interface QuantileRequest {
  /** Periods ahead, integer from 1 to 1000. */
  readonly horizon: number;
  /** Probabilities in (0,1). */
  readonly levels: readonly number[];
}

/** Series that are forecast together. All histories of a group are equally long. */
export interface SeriesGroup {
  readonly targets: readonly ArrayLike<number>[];
  /** Known only as far as the targets are. */
  readonly pastCovariates?: readonly ArrayLike<number>[];
  /** Known beyond: `past` as long as the targets, `future` as long as the horizon; NaN where unknown. */
  readonly futureCovariates?: readonly {
    readonly past: ArrayLike<number>;
    readonly future: ArrayLike<number>;
  }[];
}

/** A loaded model. Everything is computed on threads of its own; the caller's thread only waits. */
export interface Chronos {
  readonly family: ChronosConfig['family'];
  /** Levels that the model was trained for; others are read from between them. */
  readonly levels: readonly number[];
  /** Periods of the past that the model looks at; what is older makes no difference. */
  readonly contextLength: number;
  /**
   * Quantiles of single series (oldest value first, NaN where nothing was observed): for each one,
   * levels × horizon, level after level. Rejects with the signal's reason when that is aborted.
   */
  forecast(
    series: readonly ArrayLike<number>[],
    request: QuantileRequest,
    signal?: AbortSignal,
  ): Promise<Float64Array[]>;
  /** The same for groups; Chronos-2 alone knows them. For each group and target, levels × horizon. */
  forecastGroups(
    groups: readonly SeriesGroup[],
    request: QuantileRequest,
    signal?: AbortSignal,
  ): Promise<Float64Array[][]>;
  /** Ends the threads; what is under way rejects. */
  close(): Promise<void>;
}

/** The compiled program has .js files, a checkout has .ts files; a thread is started from a path. */
const EXTENSION = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
const WORKER = fileURLToPath(new URL(`./chronos-worker.${EXTENSION}`, import.meta.url));

const IDLE_MS = 60_000;
const LONGEST_HORIZON = 1000;
/** Enough for a thread to fill its batches; few enough that progress and cancelling are quick. */
const GROUPS_PER_TASK = 64;

/** Loads a model. Refuses with `model_file_invalid` or `model_not_supported`. */
export async function openChronos(options: ChronosOptions): Promise<Chronos> {
  const { runtimeFolder, modelFolder, graphFolder, threads, precision = 'float32' } = options;
  const packWeights = isWorthPacking({ modelFolder, threads });
  const thread: ChronosThread = {
    runtimeFolder,
    modelFolder,
    graphFolder,
    precision,
    packWeights,
  };
  const pool = new Piscina({
    filename: WORKER,
    // The first answer waits for one thread only; the others load when there is work for them, and
    // give their memory back when there is none.
    minThreads: 1,
    maxThreads: threads,
    idleTimeout: IDLE_MS,
    workerData: thread,
    env: {},
    execArgv: [],
  });
  try {
    const describe: DescribeTask = { kind: 'describe' };
    const config = answerOf<ChronosConfig>(await pool.run(describe));
    return chronosOn(pool, { config, threads });
  } catch (error) {
    await pool.destroy();
    throw error;
  }
}

/** Packed weights are a copy in each thread: the model, times threads beyond the first, at most. */
const MOST_COPIED_BYTES = 200e6;

/**
 * Weights in the order in which the kernels read them save 5 to 8 % of the time, more in small batches.
 * Mapped from the file as they lie, they are in memory once for all threads, which large models need more.
 */
function isWorthPacking({
  modelFolder,
  threads,
}: {
  modelFolder: string;
  threads: number;
}): boolean {
  const file = statSync(join(modelFolder, 'model.safetensors'), { throwIfNoEntry: false });
  return (file?.size ?? 0) * (threads - 1) <= MOST_COPIED_BYTES;
}

function answerOf<Answer>(reply: ChronosReply<Answer>): Answer {
  if (reply.ok) return reply.answer;
  throw new Refusal(reply.code, reply.details);
}

function chronosOn(
  pool: Piscina,
  { config, threads }: { config: ChronosConfig; threads: number },
): Chronos {
  // One task more than threads: the next is there when a thread is done. What waits beyond that has
  // not been copied yet, so that memory is bounded however many series are asked for at once.
  const limited = limitConcurrency(threads + 1);

  const run: Chronos['forecastGroups'] = async (groups, request, signal) => {
    checkRequest(groups, { request, config });
    const cancelled = new Int32Array(new SharedArrayBuffer(4));
    const cancel = () => void Atomics.store(cancelled, 0, 1);
    signal?.addEventListener('abort', cancel, { once: true });
    try {
      const { order, size } = planTasks(groups, threads);
      const answers: Float64Array[][] = Array.from({ length: groups.length });
      const starts = Array.from({ length: Math.ceil(order.length / size) }, (_, i) => i * size);
      const work = starts.map((from) =>
        limited(async () => {
          signal?.throwIfAborted();
          if (Atomics.load(cancelled, 0) !== 0) return;
          const chosen = order.slice(from, from + size);
          const task = makeTask(
            chosen.map((i) => groups[i]!),
            { request, cancelled, config },
          );
          const reply = await pool.run(task, { transferList: buffersOf(task) });
          const found = answerOf<ForecastAnswer>(reply);
          for (const [k, i] of chosen.entries()) answers[i] = found[k]!;
        }),
      );
      // The first failure stops the others, and nothing of them is left running behind the caller.
      await Promise.allSettled(work.map((one) => one.catch(cancel)));
      signal?.throwIfAborted();
      await Promise.all(work);
      return answers;
    } finally {
      signal?.removeEventListener('abort', cancel);
    }
  };
  return {
    family: config.family,
    levels: config.quantiles,
    contextLength: config.contextLength,
    forecastGroups: run,
    forecast: async (series, request, signal) => {
      const groups = series.map((values) => ({ targets: [values] }));
      return (await run(groups, request, signal)).map(([target]) => target!);
    },
    close: () => pool.destroy(),
  };
}

/** Longest first, so that a task's series are of about one length and the last task is a short one. */
function planTasks(groups: readonly SeriesGroup[], threads: number) {
  const length = (i: number) => groups[i]!.targets[0]!.length;
  const order = groups.map((_, i) => i).sort((a, b) => length(b) - length(a));
  const size = Math.max(1, Math.min(GROUPS_PER_TASK, Math.ceil(groups.length / threads)));
  return { order, size };
}

function makeTask(
  groups: readonly SeriesGroup[],
  options: { request: QuantileRequest; cancelled: Int32Array; config: ChronosConfig },
): ForecastTask {
  const { request, cancelled, config } = options;
  const { horizon, levels } = request;
  const unknown = () => new Float32Array(horizon).fill(Number.NaN);
  // Only what the model looks at is copied.
  const recent = (values: ArrayLike<number>) => {
    const from = Math.max(0, values.length - config.contextLength);
    return Float32Array.from({ length: values.length - from }, (_, i) => values[from + i]!);
  };
  const toTask = ({ targets, pastCovariates = [], futureCovariates = [] }: SeriesGroup) => ({
    targets: targets.length,
    rows: [
      ...[...targets, ...pastCovariates].map((y) => ({ context: recent(y), future: unknown() })),
      ...futureCovariates.map(({ past, future }) => ({
        context: recent(past),
        future: Float32Array.from(future),
      })),
    ],
  });
  return { kind: 'forecast', groups: groups.map(toTask), horizon, levels, cancelled };
}

function buffersOf({ groups }: ForecastTask): ArrayBuffer[] {
  return groups.flatMap(({ rows }: GroupTask) =>
    rows.flatMap(({ context, future }) => [
      context.buffer as ArrayBuffer,
      future.buffer as ArrayBuffer,
    ]),
  );
}

/** What a caller must not send: these are faults of the program, not of a person. */
function checkRequest(
  groups: readonly SeriesGroup[],
  { request, config }: { request: QuantileRequest; config: ChronosConfig },
): void {
  const { horizon, levels } = request;
  if (!Number.isInteger(horizon) || horizon < 1 || horizon > LONGEST_HORIZON)
    throw new RangeError(`A horizon is a whole number from 1 to ${LONGEST_HORIZON}: ${horizon}.`);
  if (levels.length === 0 || levels.some((level) => !(level > 0 && level < 1)))
    throw new RangeError(`Levels lie between 0 and 1: ${levels}.`);
  for (const { targets, pastCovariates = [], futureCovariates = [] } of groups) {
    const rows = [...targets, ...pastCovariates, ...futureCovariates.map(({ past }) => past)];
    if (targets.length === 0 || rows.some((y) => y.length === 0))
      throw new RangeError('A series needs at least one period, observed or not.');
    if (rows.some((y) => y.length !== rows[0]!.length))
      throw new RangeError('The histories of a group are equally long.');
    if (futureCovariates.some(({ future }) => future.length !== horizon))
      throw new RangeError('What is known of the future is as long as the horizon.');
    if (rows.length > 1 && config.family === 'chronos-bolt')
      throw new RangeError('Chronos-Bolt forecasts single series; groups need Chronos-2.');
  }
}
