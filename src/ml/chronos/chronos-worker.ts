import { workerData } from 'piscina';
import { Refusal } from '../../contract/errors.ts';
import { loadOnnxRuntime } from '../runtime/load-runtime.ts';
import { forecastBolt } from './bolt-forecast.ts';
import type {
  ChronosThread,
  ChronosWork,
  ForecastAnswer,
  ForecastTask,
  GroupTask,
} from './chronos-task.ts';
import { forecastChronos2 } from './chronos2-forecast.ts';
import { type GraphSession, openGraphSession } from './graph-session.ts';
import { prepareGraph } from './prepare-graph.ts';
import { boltQuantiles, chronos2Quantiles } from './quantile-levels.ts';
import type { ChronosConfig } from './read-config.ts';
import type { RunGraph } from './run-graph.ts';

/** What a thread works with, loaded once. */
interface LoadedModel {
  readonly config: ChronosConfig;
  readonly run: RunGraph;
  readonly runGroups: RunGraph;
}

const loading = load(workerData as ChronosThread);
// Each task waits for it and says what went wrong; until the first comes, nobody listens.
loading.catch(() => undefined);

/** Answers one task at a time. */
const work: ChronosWork = async (task) => {
  try {
    const model = await loading;
    const answer = task.kind === 'describe' ? model.config : await forecast(model, task);
    return { ok: true, answer };
  } catch (error) {
    // A refusal keeps its code and details only where they travel as data.
    if (!(error instanceof Refusal)) throw error;
    return { ok: false, code: error.code, details: error.details };
  }
};
export default work;

async function load(thread: ChronosThread): Promise<LoadedModel> {
  const { config, path, groupPath } = prepareGraph(thread);
  const runtime = loadOnnxRuntime(thread.runtimeFolder);
  const { packWeights } = thread;
  const { run } = await openGraphSession(runtime, { path, packWeights });
  let groups: Promise<GraphSession> | null = null;
  const runGroups: RunGraph = async (inputs) => {
    if (groupPath === null) throw new Error(`${config.family} knows no groups of series.`);
    // The two graphs share their weights as long as both map them from the file.
    groups ??= openGraphSession(runtime, { path: groupPath, packWeights: false });
    return (await groups).run(inputs);
  };
  return { config, run, runGroups };
}

async function forecast(
  { config, run, runGroups }: LoadedModel,
  task: ForecastTask,
): Promise<ForecastAnswer> {
  const unlessCancelled = (graph: RunGraph): RunGraph => {
    return (inputs) => {
      if (Atomics.load(task.cancelled, 0) !== 0) throw new Error('The forecast was cancelled.');
      return graph(inputs);
    };
  };
  const runs = { run: unlessCancelled(run), runGroups: unlessCancelled(runGroups) };
  const bolt = config.family === 'chronos-bolt';
  const trained = bolt
    ? await boltGroups({ config, run: runs.run }, task)
    : await forecastChronos2({ config, ...runs }, rowsOf(task), task.horizon);
  const toLevels = bolt ? boltQuantiles : chronos2Quantiles;
  return task.groups.map(({ targets }, g) =>
    trained[g]!.slice(0, targets).map((block) =>
      atLevels(block, { trained: config.quantiles, task, toLevels }),
    ),
  );
}

function rowsOf({ groups }: ForecastTask): readonly GroupTask['rows'][] {
  return groups.map(({ rows }) => rows);
}

/** Chronos-Bolt knows single series only: each is a group of its own. */
async function boltGroups(
  model: Parameters<typeof forecastBolt>[0],
  task: ForecastTask,
): Promise<Float32Array[][]> {
  const contexts = task.groups.map(({ rows }) => rows[0]!.context);
  return (await forecastBolt(model, contexts, task.horizon)).map((block) => [block]);
}

/** From the levels that the model was trained for to those that were asked for. */
function atLevels(
  block: Float32Array,
  options: {
    trained: readonly number[];
    task: ForecastTask;
    toLevels: typeof boltQuantiles;
  },
): ForecastAnswer[number][number] {
  const { trained, task, toLevels } = options;
  const { horizon, levels } = task;
  const asked = new Float64Array(levels.length * horizon);
  const values = new Float32Array(trained.length);
  for (let period = 0; period < horizon; period++) {
    for (let level = 0; level < trained.length; level++)
      values[level] = block[level * horizon + period]!;
    for (const [level, value] of toLevels({ levels: trained, values }, levels).entries())
      asked[level * horizon + period] = value;
  }
  return asked;
}
