import { decimal } from '../format/number.ts';
import type { Run } from '../queries/runs.ts';
import { isActive } from '../queries/runs.ts';
import { Progress } from './progress.tsx';
import { useLiveRun } from './use-live-run.ts';

/** How far a run has come, live; of one height whether it runs or not. */
export function RunProgress({ run }: { run: Run }) {
  const { state, series } = useLiveRun(run);
  const share = state === 'queued' || series.total === 0 ? null : series.done / series.total;
  const words =
    state === 'queued'
      ? 'Waiting for its turn'
      : `${decimal(series.done)} of ${decimal(series.total)} series`;
  return (
    <div className="stack tight">
      <Progress label="Forecast run" share={isActive(run) ? share : 1} />
      <span className="small soft number">{words}</span>
    </div>
  );
}
