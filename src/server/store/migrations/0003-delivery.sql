-- Delivery: scratch tenants for smoke tests, and what was deployed when. All of it only adds: a program
-- from before it goes on as it did, and does not even see the scratch tenants.

-- A tenant with an end. Set from its first moment on, and never on a company's own.
alter table tenants add column scratch_expires_at timestamptz;

-- What housekeeping reads decides on set-up and on what is resumed: scratch tenants are none of that.
drop policy housekeeping on tenants;
create policy housekeeping on tenants for select
  using (current_setting('parstock.scope', true) = 'housekeeping' and scratch_expires_at is null);
create policy scratch on tenants for select
  using (current_setting('parstock.scope', true) = 'scratch' and scratch_expires_at is not null);

-- The inner select obeys the policies of tenants: it finds the companies alone.
do $$
declare t text;
begin
  foreach t in array array['users', 'forecast_runs', 'imports']
  loop
    execute format('drop policy housekeeping on %I', t);
    execute format('create policy housekeeping on %I for select'
      ' using (current_setting(''parstock.scope'', true) = ''housekeeping'''
      ' and tenant_id in (select id from tenants))', t);
  end loop;
end $$;

-- A snapshot that orders were decided on stays; that of a scratch tenant goes with it.
create or replace function parstock_keep_snapshot() returns trigger language plpgsql as $$
declare
  run_state text;
begin
  if tg_op = 'DELETE' and exists (
    select from tenants where id = old.tenant_id and scratch_expires_at is not null)
  then
    return old;
  end if;
  if tg_table_name = 'forecast_runs' then
    run_state := old.state;
  elsif tg_op = 'INSERT' then
    select state into run_state from forecast_runs where tenant_id = new.tenant_id and id = new.run_id;
  else
    select state into run_state from forecast_runs where tenant_id = old.tenant_id and id = old.run_id;
  end if;
  if run_state = 'completed' then
    raise exception 'a completed forecast run is immutable' using errcode = '55000';
  end if;
  return case when tg_op = 'DELETE' then old else new end;
end $$;

-- Deliveries of this installation, as the deployer reports them: of the program, not of a company.
-- The journal on the host is the truth; what is missing here is sent again with the next delivery.
create table deploys (
  id text primary key,
  destination text not null,
  started_at timestamptz not null,
  record jsonb not null,
  recorded_at timestamptz not null default now()
);
create index deploys_newest on deploys (started_at desc);
