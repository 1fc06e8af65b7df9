import type { OrderProposal } from '../../planning/index.ts';
import { daysBetween } from '../store/calendar-day.ts';
import type { PlanningRow } from '../store/planning-inputs.ts';
import type { RunRow } from '../store/runs.ts';
import type { PlanningDays } from './planning-days.ts';

/** A week: sales and stock that are sent once a week raise no warning. */
const OLD_AFTER_DAYS = 7;

interface Ground {
  readonly row: Pick<PlanningRow, 'on_hand' | 'counted_on' | 'mean'>;
  readonly run: Pick<RunRow, 'as_of'>;
  readonly days: PlanningDays;
}

/** Adds what is doubtful about the ground of a proposal: planning itself knows numbers, not their age. */
export function warnOfGround(proposal: OrderProposal, ground: Ground): OrderProposal {
  const found = [...stockWarnings(ground), ...forecastWarnings(ground)];
  if (found.length === 0) return proposal;
  // Not planning's own codes, which is all that its type knows.
  const warnings = found.map((warning) => ({ ...warning, details: {} })) as unknown;
  return {
    ...proposal,
    warnings: [...(warnings as OrderProposal['warnings']), ...proposal.warnings],
  };
}

function stockWarnings({ row, days }: Ground) {
  if (row.on_hand === null || row.counted_on === null)
    return [
      {
        code: 'no_stock_level',
        message: 'No stock level is known of this product; it is counted as 0 on hand.',
      },
    ];
  if (daysBetween(row.counted_on, days.orderOn) <= OLD_AFTER_DAYS) return [];
  const message = `Stock was counted on ${row.counted_on}: what was sold since may be missing from it.`;
  return [{ code: 'stock_count_old', message }];
}

function forecastWarnings({ row, run, days }: Ground) {
  if (row.mean === null || days.forecastAgeDays < OLD_AFTER_DAYS) return [];
  const known = `Sales are known up to ${run.as_of}, ${days.forecastAgeDays} days ago`;
  const message = days.isOutdated
    ? `${known}: the forecast made then is over, and was used as if it began today.`
    : `${known}: what was sold since is forecast, not known.`;
  return [{ code: 'forecast_old', message }];
}
