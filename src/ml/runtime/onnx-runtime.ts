/**
 * The part of onnxruntime-node that the program uses, typed by hand: the package is installed at run
 * time and is no dependency of the program, so its own types are not there to compile against.
 */
export interface OnnxRuntime {
  readonly InferenceSession: {
    /** From a model in memory, or from a file by its path. */
    create(model: Uint8Array | string, options?: SessionOptions): Promise<OnnxSession>;
  };
  readonly Tensor: new (type: TensorType, data: TensorData, dims: readonly number[]) => OnnxTensor;
  readonly env: { readonly versions: { readonly node?: string; readonly common: string } };
}

export interface SessionOptions {
  readonly executionProviders?: readonly string[];
  readonly intraOpNumThreads?: number;
  readonly interOpNumThreads?: number;
  readonly graphOptimizationLevel?: 'disabled' | 'basic' | 'extended' | 'layout' | 'all';
  readonly executionMode?: 'sequential' | 'parallel';
  readonly enableCpuMemArena?: boolean;
  readonly enableMemPattern?: boolean;
  readonly logSeverityLevel?: 0 | 1 | 2 | 3 | 4;
  /** Keys such as `session.intra_op.allow_spinning`, nested by their dots. */
  readonly extra?: Record<string, unknown>;
  readonly externalData?: readonly { readonly path: string; readonly data: Uint8Array | string }[];
}

export interface OnnxSession {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  run(feeds: Readonly<Record<string, OnnxTensor>>): Promise<Record<string, OnnxTensor>>;
  release(): Promise<void>;
}

export type TensorType = 'float32' | 'int64' | 'int32' | 'bool' | 'uint8' | 'int8';
export type TensorData =
  | Float32Array
  | BigInt64Array
  | Int32Array
  | Uint8Array
  | Int8Array
  | readonly boolean[];

export interface OnnxTensor {
  readonly type: string;
  readonly dims: readonly number[];
  readonly data: Float32Array | BigInt64Array | Int32Array | Uint8Array | Int8Array;
  dispose?(): void;
}
