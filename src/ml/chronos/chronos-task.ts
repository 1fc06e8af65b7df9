import type { ErrorCode, RefusalDetails } from '../../contract/errors.ts';
import type { GraphSource } from './prepare-graph.ts';
import type { ChronosConfig } from './read-config.ts';

/** What a thread is started with. */
export interface ChronosThread extends GraphSource {
  readonly runtimeFolder: string;
  /** Whether it keeps weights in the order of the kernels, a copy of its own, or maps the file. */
  readonly packWeights: boolean;
}

/** Series that are forecast together, as they travel to a thread. */
export interface GroupTask {
  readonly rows: readonly { readonly context: Float32Array; readonly future: Float32Array }[];
  /** The first so many rows are answered for; the others are covariates. */
  readonly targets: number;
}

/** Work for one thread. */
export interface ForecastTask {
  readonly kind: 'forecast';
  readonly groups: readonly GroupTask[];
  readonly horizon: number;
  readonly levels: readonly number[];
  /** One number, not zero once nobody waits for the answer any more. */
  readonly cancelled: Int32Array;
}

/** Asks a thread what it loaded: the first answer says that the model works. */
export interface DescribeTask {
  readonly kind: 'describe';
}

/** For each target of each group, levels × horizon, level after level. */
export type ForecastAnswer = Float64Array<ArrayBuffer>[][];

/** An answer, or a refusal as data. */
export type ChronosReply<Answer> =
  | { readonly ok: true; readonly answer: Answer }
  | { readonly ok: false; readonly code: ErrorCode; readonly details: RefusalDetails };

export type ChronosWork = (
  task: ForecastTask | DescribeTask,
) => Promise<ChronosReply<ForecastAnswer | ChronosConfig>>;
