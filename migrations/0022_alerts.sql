-- Alerts: rules of a tenant's own that say when so much of something has happened that somebody is to be told.

create table alerts (
  tenant_id uuid not null references tenants,
  id uuid not null,
  -- Where it is there, only what happens in this space counts, and the alert ends with it.
  space_id uuid,
  name text not null check (length(name) between 1 and 255),
  -- Types of events, file.* for all of files; one of them at least.
  types text[] not null check (cardinality(types) > 0),
  threshold int not null check (threshold between 1 and 1000000),
  window_seconds int not null check (window_seconds between 60 and 2592000),
  status text not null default 'active' check (status in ('active', 'disabled')),
  -- Number of the last event that was looked at, and of the last one before those that are counted.
  position bigint not null check (position >= 0),
  counted_after bigint not null check (counted_after between 0 and position),
  count bigint not null default 0 check (count >= 0),
  -- Whether what it was raised for is still going on, and when it was raised last: the time of that event.
  is_raised boolean not null default false,
  raised_at timestamptz,
  created_by uuid not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, space_id) references spaces on delete cascade,
  check (not is_raised or raised_at is not null)
);
call make_tenant_table('alerts', 'space_id');
create index on alerts (tenant_id, created_at, id);
create index on alerts (tenant_id, space_id);
create index alerts_active on alerts (tenant_id) where status = 'active';

-- Whoever hands events on asks at once for webhooks and for alerts: which tenants have some that are behind.
drop policy whose on webhook_endpoints;
drop policy how_far on event_chains;
create policy whose on webhook_endpoints for select to bulkhead_system
  using (status = 'active' and (select current_setting('app.consumers', true)) = 'on');
create policy whose on alerts for select to bulkhead_system
  using (status = 'active' and (select current_setting('app.consumers', true)) = 'on');
create policy how_far on event_chains for select to bulkhead_system
  using ((select current_setting('app.consumers', true)) = 'on');
grant select (tenant_id, status, position) on alerts to bulkhead_system;
