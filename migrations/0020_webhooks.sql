-- Webhooks: addresses of a tenant's own that are told what happens, and what came of telling them.

create table webhook_endpoints (
  tenant_id uuid not null references tenants,
  id uuid not null,
  -- Where it is there, the endpoint is told of this space alone, and ends with it.
  space_id uuid,
  -- Sealed, like content: an address may carry names and secrets.
  url bytea not null,
  secret bytea not null,
  -- What was the secret before, and until when both sign.
  previous_secret bytea,
  previous_until timestamptz,
  -- Types of events, file.* for all of files; empty for all but readings and refusals.
  types text[] not null,
  -- Only what happens in these; empty for everywhere.
  spaces uuid[] not null,
  description text check (length(description) between 1 and 255),
  status text not null default 'active' check (status in ('active', 'disabled')),
  disabled_reason text,
  disabled_at timestamptz,
  -- Number of the last event of which it is decided whether it is told.
  position bigint not null check (position >= 0),
  created_by uuid not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, space_id) references spaces on delete cascade,
  check ((previous_secret is null) = (previous_until is null)),
  check ((status = 'disabled') = (disabled_at is not null))
);
call make_tenant_table('webhook_endpoints', 'space_id');
create index on webhook_endpoints (tenant_id, created_at, id);
create index on webhook_endpoints (tenant_id, space_id);
create index webhook_endpoints_active on webhook_endpoints (tenant_id) where status = 'active';

create table webhook_deliveries (
  tenant_id uuid not null references tenants,
  id uuid not null,
  -- That of its endpoint.
  space_id uuid,
  endpoint_id uuid not null,
  event_number bigint not null check (event_number > 0),
  state text not null default 'pending' check (state in ('pending', 'delivered', 'failed')),
  attempts int not null default 0 check (attempts >= 0),
  next_attempt_at timestamptz,
  -- What came of the last attempt: a status, or why there is none; and how the answer begins, sealed.
  last_status int,
  failure text,
  answer bytea,
  created_at timestamptz not null,
  delivered_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, endpoint_id) references webhook_endpoints on delete cascade,
  check ((state = 'pending') = (next_attempt_at is not null)),
  check ((state = 'delivered') = (delivered_at is not null))
);
call make_tenant_table('webhook_deliveries', 'space_id');
create index on webhook_deliveries (tenant_id, endpoint_id, created_at, id);
create index on webhook_deliveries (tenant_id, endpoint_id, delivered_at) where delivered_at is not null;

-- Whoever makes deliveries of events asks which tenants have somebody who is to be told of some, and sees nothing else of them.
create policy whose on webhook_endpoints for select to bulkhead_system
  using (status = 'active' and (select current_setting('app.webhooks', true)) = 'on');
create policy how_far on event_chains for select to bulkhead_system
  using ((select current_setting('app.webhooks', true)) = 'on');
grant select (tenant_id, status, position) on webhook_endpoints to bulkhead_system;
grant select (tenant_id, number) on event_chains to bulkhead_system;
