import { MachineLearning } from '../../../src/ml/machine-learning.ts';

/**
 * A process that keeps runtime and one model installed, as a server does: prints each state, and ends
 * when all is ready. Its settings come as JSON in argv[2].
 */
const { cacheDir, model, hubUrl, source } = JSON.parse(process.argv[2] ?? '{}') as Record<
  'cacheDir' | 'model' | 'hubUrl' | 'source',
  string
>;
const machineLearning = new MachineLearning({
  cacheDir,
  models: [model],
  hub: { url: hubUrl, token: null, stallMs: 3000, pauseMs: 20 },
  source: new URL(source),
  env: process.env,
  now: () => new Date(),
  random: Math.random,
  firstPauseMs: 0,
  onChange: ({ state, phase, code, reason }) => {
    console.log(JSON.stringify({ state, phase, code, reason }));
    if (state === 'ready') void machineLearning.stop();
    // Nothing here may fail but by the kill: the loop is told at once.
    if (state === 'failed') process.exit(1);
  },
});
machineLearning.start();
