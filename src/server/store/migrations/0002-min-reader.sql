-- Which programs may run on the tables, written beside each migration: an older program finds here
-- whether it can go on, for it cannot know what a migration after its own time has done.

alter table parstock_migrations
  -- The oldest program that runs on the tables as this migration leaves them.
  add column if not exists min_reader text,
  -- The program that applied it.
  add column if not exists applied_by text;

update parstock_migrations set min_reader = '0.1.0', applied_by = '0.1.0' where min_reader is null;

alter table parstock_migrations
  alter column min_reader set not null,
  alter column applied_by set not null;
