import { loadOnnxRuntime } from './load-runtime.ts';

/**
 * A process of its own: loads the runtime from the folder named and runs a model of one node through
 * it. A binary that does not fit this machine may end the process rather than throw.
 */

/** An ONNX model (opset 13): y = x + x, one float32. */
const DOUBLING =
  'CAg6OQoOCgF4CgF4EgF5IgNBZGQSBXR3aWNlWg8KAXgSCgoICAESBAoCCAFiDwoBeRIKCggIARIECgIIAUICEA0=';

const runtime = loadOnnxRuntime(process.argv[2] ?? '');
const session = await runtime.InferenceSession.create(Buffer.from(DOUBLING, 'base64'), {
  executionProviders: ['cpu'],
  intraOpNumThreads: 1,
});
const x = new runtime.Tensor('float32', new Float32Array([21]), [1]);
const { y } = await session.run({ x });
if (y?.data[0] !== 42) throw new Error(`the model gave ${y?.data[0]} instead of 42`);
