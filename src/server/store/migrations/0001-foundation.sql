-- Everything belongs to a tenant. Row-level security enforces that below the application: a session
-- sees the rows of the tenant named by the setting parstock.tenant_id, and nothing when it is unset.
-- FORCE makes the policies hold for the tables' owner too, since the program connects as the owner.

create function parstock_tenant() returns uuid
  language sql stable parallel safe
  as $$ select nullif(current_setting('parstock.tenant_id', true), '')::uuid $$;

-- Rows that must be found before the tenant is known (a session by its token, a user by e-mail) show
-- themselves only to whoever presents that very value: nothing can be listed this way.
create function parstock_presented() returns text
  language sql stable parallel safe
  as $$ select nullif(current_setting('parstock.presented', true), '') $$;

-- An amount in the smallest unit of its currency (ISO 4217), as src/planning/money.ts has it. Lines are
-- rounded before they are summed, so that every total is that of what is shown.
create function parstock_money(amount numeric, currency text) returns numeric
  language sql immutable parallel safe
  as $$ select trim_scale(round(amount, case
    when currency in ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI',
      'VND', 'VUV', 'XAF', 'XOF', 'XPF') then 0
    when currency in ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') then 3
    when currency in ('CLF', 'UYW') then 4
    else 2 end)) $$;

create table setup_status (
  id smallint primary key default 1 check (id = 1),
  state text not null default 'pending' check (state in ('pending', 'running', 'completed', 'failed')),
  step text,
  program_version text not null,
  started_at timestamptz,
  finished_at timestamptz,
  error jsonb,
  link_token_hash text,
  link_expires_at timestamptz
);

create table tenants (
  id uuid primary key default gen_random_uuid(),
  name text not null,
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  demo_data boolean not null default false,
  created_at timestamptz not null default now()
);

create table users (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references tenants,
  email text not null check (email = lower(email)),
  password_hash text not null,
  role text not null check (role in ('admin', 'planner', 'viewer')),
  created_at timestamptz not null default now(),
  disabled_at timestamptz,
  unique (email)
);

create table sessions (
  token_hash text primary key,
  tenant_id uuid not null references tenants,
  user_id uuid not null references users on delete cascade,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null
);

create table api_keys (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references tenants,
  name text not null,
  role text not null check (role in ('admin', 'planner', 'viewer')),
  prefix text not null,
  key_hash text not null unique,
  created_by uuid references users,
  created_at timestamptz not null default now(),
  last_used_at timestamptz,
  revoked_at timestamptz
);

create table audit_log (
  id bigint generated always as identity primary key,
  tenant_id uuid not null references tenants,
  actor text not null,
  action text not null,
  subject text not null,
  details jsonb not null default '{}',
  at timestamptz not null default now()
);

-- Catalogue ---------------------------------------------------------------------------------------

create table products (
  id bigint generated always as identity primary key,
  tenant_id uuid not null references tenants,
  sku text not null,
  name text not null,
  category text,
  brand text,
  unit text not null default 'each',
  unit_decimals smallint not null default 0 check (unit_decimals between 0 and 4),
  unit_cost numeric(18, 4) check (unit_cost >= 0),
  unit_price numeric(18, 4) check (unit_price >= 0),
  currency text check (currency ~ '^[A-Z]{3}$'),
  service_level numeric(6, 5) not null default 0.95 check (service_level > 0 and service_level < 1),
  active boolean not null default true,
  made_up boolean not null default false,
  updated_at timestamptz not null default now(),
  unique (tenant_id, sku),
  unique (tenant_id, id)
);

create table suppliers (
  id bigint generated always as identity primary key,
  tenant_id uuid not null references tenants,
  code text not null,
  name text not null,
  email text,
  currency text check (currency ~ '^[A-Z]{3}$'),
  working_weekdays smallint[] not null default '{1,2,3,4,5}',
  made_up boolean not null default false,
  updated_at timestamptz not null default now(),
  unique (tenant_id, code),
  unique (tenant_id, id)
);

create table product_suppliers (
  tenant_id uuid not null references tenants,
  product_id bigint not null,
  supplier_id bigint not null,
  lead_time_days integer not null check (lead_time_days >= 0 and lead_time_days <= 730),
  lead_time_sd_days numeric(8, 3) not null default 0 check (lead_time_sd_days >= 0),
  review_period_days integer not null default 7 check (review_period_days between 0 and 365),
  minimum_order_quantity numeric(18, 4) check (minimum_order_quantity > 0),
  order_multiple numeric(18, 4) check (order_multiple > 0),
  maximum_order_quantity numeric(18, 4) check (maximum_order_quantity > 0),
  unit_cost numeric(18, 4) check (unit_cost >= 0),
  currency text check (currency ~ '^[A-Z]{3}$'),
  preferred boolean not null default true,
  made_up boolean not null default false,
  updated_at timestamptz not null default now(),
  primary key (tenant_id, product_id, supplier_id),
  foreign key (tenant_id, product_id) references products (tenant_id, id),
  foreign key (tenant_id, supplier_id) references suppliers (tenant_id, id)
);
create unique index product_suppliers_preferred on product_suppliers (tenant_id, product_id) where preferred;

create table stock (
  tenant_id uuid not null references tenants,
  product_id bigint not null,
  on_hand numeric(18, 4) not null,
  committed numeric(18, 4) not null default 0 check (committed >= 0),
  backorders numeric(18, 4) not null default 0 check (backorders >= 0),
  counted_on date not null,
  made_up boolean not null default false,
  updated_at timestamptz not null default now(),
  primary key (tenant_id, product_id),
  foreign key (tenant_id, product_id) references products (tenant_id, id)
);

create table stock_movements (
  id bigint generated always as identity primary key,
  tenant_id uuid not null references tenants,
  product_id bigint not null,
  kind text not null check (kind in ('count', 'receipt')),
  quantity numeric(18, 4) not null,
  on_hand_after numeric(18, 4) not null,
  reference text,
  at timestamptz not null default now(),
  foreign key (tenant_id, product_id) references products (tenant_id, id)
);

-- Dates of business carry no zone. A missing day is a missing row, not a zero.
create table demand_daily (
  tenant_id uuid not null,
  product_id bigint not null,
  date date not null,
  units numeric(18, 4) not null check (units >= 0),
  promotion boolean,
  in_stock boolean,
  primary key (tenant_id, product_id, date)
);

-- Imports -----------------------------------------------------------------------------------------

create table imports (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references tenants,
  kind text not null check (kind in ('products', 'suppliers', 'terms', 'stock', 'sales')),
  file_name text not null,
  file_bytes bigint,
  file_sha256 text,
  options jsonb not null default '{}',
  state text not null check (state in
    ('uploading', 'checking', 'checked', 'refused', 'committing', 'committed', 'cancelled', 'failed')),
  dialect jsonb,
  rows_total bigint not null default 0,
  rows_new bigint not null default 0,
  rows_changed bigint not null default 0,
  rows_same bigint not null default 0,
  rows_bad bigint not null default 0,
  refusal jsonb,
  created_by uuid,
  created_at timestamptz not null default now(),
  finished_at timestamptz,
  unique (tenant_id, id)
);

create table import_errors (
  id bigint generated always as identity primary key,
  tenant_id uuid not null,
  import_id uuid not null,
  line bigint not null,
  column_name text,
  code text not null,
  found text,
  remedy text not null,
  foreign key (tenant_id, import_id) references imports (tenant_id, id) on delete cascade
);
create index import_errors_by_import on import_errors (tenant_id, import_id, id);

-- Forecast runs: immutable snapshots --------------------------------------------------------------

create table forecast_runs (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references tenants,
  state text not null check (state in ('queued', 'running', 'completed', 'cancelled', 'failed')),
  as_of date not null,
  horizon_days integer not null check (horizon_days between 1 and 730),
  options jsonb not null default '{}',
  engine_version text not null,
  series_total integer not null default 0,
  series_done integer not null default 0,
  series_refused integer not null default 0,
  cancel_requested boolean not null default false,
  attempts integer not null default 0,
  requested_by text not null,
  -- Series per chosen method, counted as chunks are finished.
  methods jsonb not null default '{}',
  error jsonb,
  created_at timestamptz not null default now(),
  started_at timestamptz,
  finished_at timestamptz,
  unique (tenant_id, id)
);
-- One run at a time: two would compete for the same cores and the same proposals.
create unique index forecast_runs_one_active on forecast_runs (tenant_id)
  where state in ('queued', 'running');

-- A chunk is the unit of resume: its forecasts and its completion are written in one transaction.
create table forecast_chunks (
  tenant_id uuid not null,
  run_id uuid not null,
  chunk_no integer not null,
  product_ids bigint[] not null,
  done_at timestamptz,
  primary key (tenant_id, run_id, chunk_no),
  foreign key (tenant_id, run_id) references forecast_runs (tenant_id, id)
);

-- One row per product and run. Arrays run over the horizon, oldest first; `quantiles` is
-- level-major [levels][horizon]; `window_quantiles` is [window length 1..horizon][window_levels]:
-- the distribution of cumulative demand from the origin, which lead-time demand is read from.
create table forecasts (
  tenant_id uuid not null,
  run_id uuid not null,
  product_id bigint not null,
  origin date not null,
  refusal_code text,
  refusal_details jsonb,
  method text,
  reason text,
  reason_data jsonb,
  demand_class text,
  scores jsonb,
  mean double precision[],
  levels double precision[],
  quantiles double precision[],
  window_levels double precision[],
  window_means double precision[],
  window_quantiles double precision[],
  primary key (tenant_id, run_id, product_id),
  foreign key (tenant_id, run_id) references forecast_runs (tenant_id, id),
  foreign key (tenant_id, product_id) references products (tenant_id, id)
);
create index forecasts_by_product on forecasts (tenant_id, product_id);

-- A completed run is a snapshot that orders were decided on: it cannot be rewritten, not even by us.
create function parstock_keep_snapshot() returns trigger language plpgsql as $$
declare
  run_state text;
begin
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
create trigger keep_snapshot before update or delete on forecast_runs
  for each row execute function parstock_keep_snapshot();
create trigger keep_snapshot before insert or update or delete on forecasts
  for each row execute function parstock_keep_snapshot();

-- What became of a forecast: recomputed from actuals as they arrive, never written into the snapshot.
create table forecast_accuracy (
  tenant_id uuid not null,
  run_id uuid not null,
  product_id bigint not null,
  periods integer not null,
  through date not null,
  actual_units double precision not null,
  forecast_units double precision not null,
  absolute_error double precision not null,
  naive_absolute_error double precision,
  mase double precision,
  inside80 integer not null,
  evaluated_at timestamptz not null default now(),
  primary key (tenant_id, run_id, product_id),
  foreign key (tenant_id, run_id) references forecast_runs (tenant_id, id)
);

-- Orders ------------------------------------------------------------------------------------------

create table order_proposals (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null,
  run_id uuid,
  product_id bigint not null,
  supplier_id bigint not null,
  as_of date not null,
  state text not null check (state in ('open', 'accepted', 'dismissed', 'superseded')),
  quantity numeric(18, 4) not null check (quantity >= 0),
  decided_quantity numeric(18, 4) check (decided_quantity >= 0),
  reason text,
  unit_cost numeric(18, 4),
  currency text,
  method text not null,
  reorder_point numeric(18, 4) not null,
  safety_stock numeric(18, 4) not null,
  order_up_to numeric(18, 4) not null,
  stock_position numeric(18, 4) not null,
  days_of_cover numeric(10, 2),
  stock_out_on date,
  expected_receipt date,
  urgency text not null,
  warnings jsonb not null default '[]',
  trace text not null,
  decided_by text,
  decided_at timestamptz,
  purchase_order_line_id bigint,
  created_at timestamptz not null default now(),
  unique (tenant_id, id),
  foreign key (tenant_id, run_id) references forecast_runs (tenant_id, id),
  foreign key (tenant_id, product_id) references products (tenant_id, id),
  foreign key (tenant_id, supplier_id) references suppliers (tenant_id, id)
);
-- JSON, written by the thousand and read one at a time: neither taken apart nor compressed. On its own,
-- since CREATE TABLE itself knows STORAGE from PostgreSQL 16 on only.
alter table order_proposals alter column trace set storage external;
create unique index order_proposals_open on order_proposals (tenant_id, product_id) where state = 'open';
create index order_proposals_by_supplier on order_proposals (tenant_id, state, supplier_id);

-- Active products that the newest recomputation has no proposal for, and why.
create table planning_refusals (
  tenant_id uuid not null references tenants,
  product_id bigint not null,
  code text not null,
  details jsonb not null default '{}',
  primary key (tenant_id, product_id),
  foreign key (tenant_id, product_id) references products (tenant_id, id)
);

create table purchase_orders (
  id bigint generated always as identity primary key,
  tenant_id uuid not null references tenants,
  number text not null,
  supplier_id bigint not null,
  state text not null check (state in ('draft', 'confirmed', 'part_received', 'received', 'cancelled')),
  currency text,
  note text,
  created_by text not null,
  created_at timestamptz not null default now(),
  confirmed_at timestamptz,
  confirmed_on date,
  closed_at timestamptz,
  unique (tenant_id, number),
  unique (tenant_id, id),
  foreign key (tenant_id, supplier_id) references suppliers (tenant_id, id)
);
-- Accepting adds to the supplier's one open draft rather than starting another.
create unique index purchase_orders_one_draft on purchase_orders (tenant_id, supplier_id) where state = 'draft';

create table purchase_order_lines (
  id bigint generated always as identity primary key,
  tenant_id uuid not null,
  purchase_order_id bigint not null,
  product_id bigint not null,
  quantity numeric(18, 4) not null check (quantity > 0),
  received numeric(18, 4) not null default 0 check (received >= 0),
  unit_cost numeric(18, 4),
  expected_on date,
  unique (tenant_id, purchase_order_id, product_id),
  unique (tenant_id, id),
  foreign key (tenant_id, purchase_order_id) references purchase_orders (tenant_id, id),
  foreign key (tenant_id, product_id) references products (tenant_id, id)
);
create index purchase_order_lines_by_product on purchase_order_lines (tenant_id, product_id);

create table receipts (
  id bigint generated always as identity primary key,
  tenant_id uuid not null,
  purchase_order_line_id bigint not null,
  request_id text not null,
  quantity numeric(18, 4) not null check (quantity > 0),
  received_on date not null,
  recorded_by text not null,
  recorded_at timestamptz not null default now(),
  unique (tenant_id, request_id, purchase_order_line_id),
  foreign key (tenant_id, purchase_order_line_id) references purchase_order_lines (tenant_id, id)
);

-- Policies ----------------------------------------------------------------------------------------

do $$
declare t text;
begin
  foreach t in array array['audit_log', 'products', 'suppliers', 'product_suppliers', 'stock',
    'stock_movements', 'demand_daily', 'imports', 'import_errors', 'forecast_runs',
    'forecast_chunks', 'forecasts', 'forecast_accuracy', 'order_proposals', 'planning_refusals', 'purchase_orders',
    'purchase_order_lines', 'receipts']
  loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy tenant on %I using (tenant_id = (select parstock_tenant()))'
      ' with check (tenant_id = (select parstock_tenant()))', t);
  end loop;
end $$;

alter table tenants enable row level security;
alter table tenants force row level security;
create policy tenant on tenants using (id = (select parstock_tenant()))
  with check (id = (select parstock_tenant()));

do $$
declare spec text[];
begin
  foreach spec slice 1 in array array[
    ['users', 'email'], ['sessions', 'token_hash'], ['api_keys', 'key_hash']]
  loop
    execute format('alter table %I enable row level security', spec[1]);
    execute format('alter table %I force row level security', spec[1]);
    execute format('create policy tenant on %I using (tenant_id = (select parstock_tenant()))'
      ' with check (tenant_id = (select parstock_tenant()))', spec[1]);
    execute format('create policy presented on %I for select using (%I = (select parstock_presented()))',
      spec[1], spec[2]);
  end loop;
end $$;

-- The program's own housekeeping (is there a tenant, an admin? which work was left unfinished?) reads
-- across tenants, in these tables alone, inside transactions that say so: set local parstock.scope.
do $$
declare t text;
begin
  foreach t in array array['tenants', 'users', 'forecast_runs', 'imports']
  loop
    execute format('create policy housekeeping on %I for select'
      ' using (current_setting(''parstock.scope'', true) = ''housekeeping'')', t);
  end loop;
end $$;
