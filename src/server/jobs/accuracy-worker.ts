import { backtest } from '../../forecast/index.ts';
import type { AccuracyTask, SeriesScores } from '../actions/check-accuracy.ts';

/** Scores a chunk on a worker thread; what goes wrong with one series is that one's outcome. */
export default function scoreSeries(task: AccuracyTask): SeriesScores[] {
  const { horizonDays: horizon, windows, seed } = task;
  return task.series.map(({ sku, y }) => {
    try {
      const options = { methods: ['auto'], frequency: 'D', horizon, windows, seed } as const;
      const report = backtest([{ id: sku, y }], options);
      if (!report.ok) return refused(report.code);
      const one = report.series[0]!;
      if (!one.ok) return refused(one.code);
      const { rmsse, sql, windows: scored } = one.scores[0]!;
      return { rmsse: finite(rmsse), sql: finite(sql), windows: scored, refusal: null };
    } catch (error) {
      return refused(`engine_fault: ${error instanceof Error ? error.message : String(error)}`);
    }
  });
}

function refused(refusal: string): SeriesScores {
  return { rmsse: null, sql: null, windows: 0, refusal };
}

/** Not defined where the past never changed: a series that is right whatever happens. */
function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
