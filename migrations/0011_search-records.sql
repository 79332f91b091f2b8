-- Whether the words of searches are kept. Only the tenant itself says so.
alter table tenants add column keeps_queries boolean not null default false;
grant update (keeps_queries) on tenants to bulkhead_tenant;

-- One row for each space that a search asked, so that whoever looks after a space sees what was found in it and nothing of
-- the others. The fingerprint says which searches had the same words, and not which words; the query itself is kept, sealed,
-- only where the tenant wants it.
create table search_records (
  tenant_id uuid not null,
  id uuid not null,
  space_id uuid not null,
  search_id uuid not null,
  asked_at timestamptz not null,
  fingerprint text,
  query bytea,
  -- Results of the first page that lie in the space.
  found int not null,
  took_ms double precision not null,
  clicks int not null default 0,
  best_click int,
  primary key (tenant_id, id),
  unique (tenant_id, space_id, search_id),
  foreign key (tenant_id, space_id) references spaces on delete cascade
);
call make_tenant_table('search_records', 'space_id');
create index on search_records (tenant_id, space_id, asked_at);
