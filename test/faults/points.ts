import type { KillPoint } from '../support/kill-points.ts';

const before = { when: 'before' } as const;
const after = { when: 'after' } as const;

/** Where the database is our own: folders, lease, initdb, its start, its first role and database. */
export const embeddedPoints: readonly KillPoint[] = [
  { at: 'mkdir', text: 'uploads', ...after },
  { at: 'write', text: '.marker', count: 2, ...after },
  { at: 'write', text: 'lease.json', ...before },
  { at: 'mkdir', text: 'partial', ...after },
  { at: 'spawn', text: 'initdb', later: 10 },
  { at: 'spawn', text: 'initdb', later: 250 },
  { at: 'spawn', text: 'initdb', later: 700 },
  { at: 'rename', text: 'partial', ...before },
  { at: 'rename', text: 'partial', ...after },
  { at: 'write', text: 'pg_hba.conf', ...before },
  { at: 'write', text: 'pg_ident.conf', ...after },
  { at: 'spawn', text: 'bin/postgres', ...after },
  { at: 'spawn', text: 'bin/postgres', later: 60 },
  { at: 'query', text: 'create role parstock', ...after },
  { at: 'query', text: 'create database parstock', ...before },
  { at: 'query', text: 'create database parstock', later: 30 },
];

/** On any PostgreSQL: schema, set-up, queue, and the first moments of serving. */
export const databasePoints: readonly KillPoint[] = [
  { at: 'line', text: '"step":"volumes"' },
  { at: 'line', text: '"step":"database"' },
  { at: 'query', text: 'pg_try_advisory_lock', ...after },
  { at: 'query', text: 'create table if not exists parstock_migrations', ...after },
  { at: 'query', text: 'Everything belongs to a tenant', later: 20 },
  { at: 'query', text: 'Everything belongs to a tenant', ...after },
  { at: 'query', text: 'insert into parstock_migrations', ...after },
  { at: 'query', text: 'commit', count: 1, ...after },
  { at: 'query', text: 'insert into parstock_migrations', count: 2, ...before },
  { at: 'query', text: 'commit', count: 2, ...before },
  { at: 'query', text: 'pg_advisory_unlock', ...before },
  { at: 'line', text: '"step":"schema"' },
  { at: 'query', text: '"setup_status"', count: 1, ...after },
  { at: 'query', text: 'insert into "tenants"', ...after },
  { at: 'query', text: 'insert into "products"', ...after },
  { at: 'query', text: 'insert into "purchase_orders"', count: 20, ...before },
  { at: 'query', text: 'insert into demand_daily', count: 2, ...after },
  { at: 'query', text: 'insert into "forecast_runs"', ...after },
  { at: 'query', text: 'insert into "users"', ...after },
  { at: 'query', text: 'insert into "setup_status"', count: 2, ...after },
  { at: 'line', text: '"step":"set-up"' },
  { at: 'query', text: 'BEGIN;', count: 1, later: 10 },
  { at: 'query', text: 'BEGIN;', count: 2, ...after },
  { at: 'query', text: 'BEGIN;', count: 4, ...before },
  { at: 'query', text: 'INSERT INTO pgboss.job', ...after },
  { at: 'line', text: '"step":"jobs"' },
  { at: 'line', text: '"step":"serve"' },
  { at: 'line', text: 'Parstock runs at' },
  { at: 'query', text: 'update "forecast_runs"', ...after },
];
