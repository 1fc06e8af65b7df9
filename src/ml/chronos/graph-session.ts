import type { OnnxRuntime, OnnxSession } from '../runtime/onnx-runtime.ts';
import type { RunGraph } from './run-graph.ts';

export interface GraphSession {
  readonly run: RunGraph;
  close(): Promise<void>;
}

/**
 * Loads a built graph. One thread a session: the pool has as many sessions as it may use processors,
 * and sessions that share them would only wait for each other.
 */
export async function openGraphSession(
  runtime: OnnxRuntime,
  { path, packWeights }: { path: string; packWeights: boolean },
): Promise<GraphSession> {
  const session = await runtime.InferenceSession.create(path, {
    executionProviders: ['cpu'],
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    graphOptimizationLevel: 'all',
    logSeverityLevel: 3,
    // A plan for each shape of batch costs memory in every thread, and saves no time.
    enableMemPattern: false,
    extra: { session: { disable_prepacking: packWeights ? '0' : '1' } },
  });
  return {
    run: (inputs) => runSession(runtime, session, inputs),
    close: () => session.release(),
  };
}

async function runSession(
  runtime: OnnxRuntime,
  session: OnnxSession,
  inputs: Parameters<RunGraph>[0],
): Promise<Float32Array> {
  const feeds = Object.entries(inputs).map(([name, { data, dims }]) => {
    const type =
      data instanceof Float32Array ? 'float32' : data instanceof Int32Array ? 'int32' : 'int64';
    return [name, new runtime.Tensor(type, data, dims)] as const;
  });
  const { quantiles } = await session.run(Object.fromEntries(feeds));
  return quantiles!.data as Float32Array;
}
