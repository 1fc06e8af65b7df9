import type { KillPoint } from '../support/kill-points.ts';

const before = { when: 'before' } as const;
const after = { when: 'after' } as const;

/**
 * Within a set-up from a folder, with a test user, in the order in which they come. Each lies before the
 * commit: nothing of the set-up is left, and the next start meets the same points again.
 */
export const setupPoints: readonly KillPoint[] = [
  { at: 'query', text: 'pg_try_advisory_xact_lock', ...after },
  { at: 'query', text: 'into "setup_status"', ...after },
  { at: 'query', text: 'insert into "tenants"', ...after },
  { at: 'line', text: '"step":"company"' },
  { at: 'query', text: 'insert into "users"', count: 1, ...before },
  { at: 'line', text: '"step":"administrator"' },
  { at: 'query', text: 'insert into "users"', count: 2, ...after },
  { at: 'line', text: '"step":"test user"' },
  { at: 'query', text: 'insert into "imports"', count: 1, ...after },
  { at: 'query', text: 'create temp table incoming', ...after },
  { at: 'query', text: 'copy "incoming"', count: 1, later: 1 },
  { at: 'line', text: '"step":"products file"' },
  { at: 'query', text: 'drop table if exists pg_temp.incoming', count: 2, ...before },
  { at: 'line', text: '"step":"terms file"' },
  { at: 'query', text: 'insert into stock_movements', ...after },
  { at: 'line', text: '"step":"stock file"' },
  { at: 'query', text: 'copy "incoming"', count: 5, ...before },
  { at: 'query', text: 'insert into "demand_daily"', ...before },
  { at: 'query', text: 'insert into "demand_daily"', ...after },
  { at: 'line', text: '"step":"sales file"' },
  { at: 'query', text: 'insert into "forecast_runs"', ...after },
  { at: 'line', text: '"step":"first forecast run"' },
];

/** At and after the commit, where set-up may be complete although nobody has heard of it. */
export const setupEndPoints: readonly KillPoint[] = [
  { at: 'line', text: '"step":"first forecast run"', later: 3 },
  { at: 'line', text: '"step":"first forecast run"', later: 12 },
  { at: 'line', text: '"step":"set-up"' },
];
