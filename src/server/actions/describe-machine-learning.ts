import { methods as catalogue, TREES } from '../../forecast/index.ts';
import type { RunRow } from '../store/runs.ts';

/** What part machine learning had in a run, in one sentence; null where nothing was written down. */
export function describeMachineLearning({
  options,
  methods,
}: Pick<RunRow, 'options' | 'methods'>): { state: string; note: string } | null {
  const { machineLearning } = options;
  if (!machineLearning) return null;
  const { state, reason } = machineLearning;
  const series = Object.entries(methods)
    .filter(([name]) => !isStatistical(name))
    .reduce((sum, [, count]) => sum + count, 0);
  if (series > 0)
    return {
      state,
      note: `Machine learning was the best method for ${series} series of this run.`,
    };
  return { state, note: `Forecasts come from the statistical engine: ${why(state, reason)}.` };
}

/** Whatever its checkpoint is called: a method that the engine has not is a model from outside. */
function isStatistical(method: string): boolean {
  const own = ['combination', TREES, ...catalogue.map(({ name }) => name)];
  return own.includes(method);
}

function why(state: string, reason: string): string {
  if (state === 'ready')
    return 'machine learning was installed, and nowhere the best method by itself';
  if (state === 'off') return 'machine learning is switched off';
  if (state === 'failed') return `machine learning is not installed (${reason.replace(/\.$/, '')})`;
  return 'machine learning was not installed yet';
}
