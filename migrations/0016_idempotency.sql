-- The first answer to a request that may come again, by whoever sent it and the name they gave it. Without status it has
-- not been answered yet. The answer is sealed with the tenant's data key: it may hold content. space_id is of callers who
-- are held to spaces.
create table idempotency_keys (
  tenant_id uuid not null references tenants,
  id uuid not null,
  space_id uuid,
  subject_id uuid not null,
  name_hash bytea not null,
  request_hash bytea,
  status int,
  answer bytea,
  created_at timestamptz not null,
  primary key (tenant_id, id),
  unique (tenant_id, subject_id, name_hash),
  foreign key (tenant_id, space_id) references spaces on delete cascade,
  check ((status is null) = (answer is null) and (status is null) = (request_hash is null))
);
call make_tenant_table('idempotency_keys', 'space_id');
create index on idempotency_keys (tenant_id, created_at);
create index on idempotency_keys (tenant_id, space_id) where space_id is not null;
