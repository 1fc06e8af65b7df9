-- Promotions by product, past and planned: what is known of days before they come. It only adds; a
-- program from before it forecasts as it did.

create table promotions (
  id bigint generated always as identity primary key,
  tenant_id uuid not null references tenants,
  product_id bigint not null,
  first_day date not null,
  last_day date not null,
  name text,
  made_up boolean not null default false,
  updated_at timestamptz not null default now(),
  -- A year at most: what always is on offer is no promotion.
  check (last_day between first_day and first_day + 365),
  unique (tenant_id, product_id, first_day),
  foreign key (tenant_id, product_id) references products (tenant_id, id)
);
create index promotions_ahead on promotions (tenant_id, last_day);

alter table promotions enable row level security;
alter table promotions force row level security;
create policy tenant on promotions using (tenant_id = (select parstock_tenant()))
  with check (tenant_id = (select parstock_tenant()));

alter table imports drop constraint imports_kind_check;
alter table imports add constraint imports_kind_check
  check (kind in ('products', 'suppliers', 'terms', 'stock', 'sales', 'promotions'));
