import type { Run } from '../../contract/runs.ts';
import { readRunAccuracy } from '../store/accuracy.ts';
import type { Tx } from '../store/database.ts';
import { countProposals, type RunRow } from '../store/runs.ts';
import { describeMachineLearning } from './describe-machine-learning.ts';

/** Runs as the contract has them, with what became of them. */
export async function describeRuns(tx: Tx, rows: readonly RunRow[]): Promise<Run[]> {
  const ids = rows.map((row) => row.id);
  const proposals = await countProposals(tx, ids);
  const accuracy = await readRunAccuracy(tx, ids);
  return rows.map((row) => ({
    id: row.id,
    state: row.state,
    asOf: row.as_of,
    horizonDays: row.horizon_days,
    seed: row.options.seed,
    engineVersion: row.engine_version,
    series: { total: row.series_total, done: row.series_done, refused: row.series_refused },
    attempts: row.attempts,
    requestedBy: row.requested_by,
    error: row.error,
    proposals: proposals.get(row.id) ?? 0,
    methods: row.methods,
    accuracy: accuracy.get(row.id) ?? null,
    machineLearning: describeMachineLearning(row),
    createdAt: row.created_at.toISOString(),
    startedAt: row.started_at?.toISOString() ?? null,
    finishedAt: row.finished_at?.toISOString() ?? null,
  }));
}
