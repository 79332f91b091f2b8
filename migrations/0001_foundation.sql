-- Partners, tenants, keys, spaces, files and the search index.
--
-- Serving roles, made before the first migration (src/platform/db/roles.ts); none owns anything:
--   bulkhead_tenant    one tenant's work        sees rows of app.tenant_id
--   bulkhead_space     work within spaces       sees rows of app.tenant_id that lie in app.spaces
--   bulkhead_partner   a partner's work         its tenants' records and keys, no content
--   bulkhead_platform  the platform's work      partners, tenants and keys, no content
--   bulkhead_system    between requests         the one key whose hash was presented
--   bulkhead_jobs      between requests         the queue
--   bulkhead_eraser    a tenant's end           deletes rows of app.tenant_id while that tenant is being erased, reads none
-- Settings are transaction-local. A missing, empty or malformed setting shows nothing and writes nothing.

-- Whose a row is, written in one place. Every statement of ours names its tenant too, and beside that the planner makes
-- of the bare call one question a statement; a subquery would be planned anew for each, which costs a look-up half its time.
create function tenant_predicate() returns text
language sql immutable set search_path = pg_catalog, public, pg_temp as $$
  select 'tenant_id = nullif(current_setting(''app.tenant_id'', true), '''')::uuid'
$$;

-- Whose a row is and where it lies. Nothing else names the spaces, so here the bare call would be made for each row.
create function space_predicate(space_column name) returns text
language sql immutable set search_path = pg_catalog, public, pg_temp as $$
  select tenant_predicate() || format(
    ' and %I = any ((select nullif(current_setting(''app.spaces'', true), '''')::uuid[])::uuid[])', space_column)
$$;

-- The tenant whose end was ordered, if app.tenant_id names one. A living tenant is nothing to the eraser.
create function erasing_predicate() returns text
language sql immutable set search_path = pg_catalog, public, pg_temp as $$
  select 'tenant_id = (select id from tenants'
    ' where id = nullif(current_setting(''app.tenant_id'', true), '''')::uuid and status = ''erasing'')'
$$;

-- Turns a table into a tenant table: forced row security, its policies, the grants. Refuses a table whose keys do
-- not begin with tenant_id.
create procedure make_tenant_table(target regclass, space_column name default null)
language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare
  offender text;
begin
  if not exists (
    select from pg_attribute
    where attrelid = target and attname = 'tenant_id' and attnotnull and atttypid = 'uuid'::regtype
  ) then
    raise exception '% needs a column tenant_id uuid not null', target;
  end if;
  select indexrelid::regclass into offender
  from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
  where i.indrelid = target and i.indisunique and a.attname <> 'tenant_id';
  if offender is not null then
    raise exception 'unique index % does not begin with tenant_id', offender;
  end if;
  execute format('alter table %s enable row level security', target);
  execute format('alter table %s force row level security', target);
  execute format('create policy tenant_wall on %s to bulkhead_tenant using (%s) with check (%s)',
    target, tenant_predicate(), tenant_predicate());
  execute format('grant select, insert, update, delete on %s to bulkhead_tenant', target);
  -- What lies in no space is nothing to a caller who is held to spaces.
  if space_column is not null then
    execute format('create policy space_wall on %s to bulkhead_space using (%s) with check (%s)',
      target, space_predicate(space_column), space_predicate(space_column));
    execute format('grant select, insert, update, delete on %s to bulkhead_space', target);
  end if;
  execute format('create policy erasure on %s to bulkhead_eraser using (%s) with check (false)',
    target, erasing_predicate());
  -- ctid is where a row lies: enough to delete in batches, and it says nothing of what is in it.
  execute format('grant delete, select (ctid, tenant_id) on %s to bulkhead_eraser', target);
end
$$;

revoke all on function tenant_predicate, space_predicate from public;
revoke all on function erasing_predicate from public;
revoke all on procedure make_tenant_table from public;

create domain slug as text
  check (value ~ '^[a-z0-9](?:[a-z0-9._-]{0,61}[a-z0-9])?$');

create table partners (
  id uuid primary key,
  slug slug not null unique,
  name text not null check (length(name) between 1 and 255),
  status text not null default 'active' check (status in ('active', 'suspended')),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create table tenants (
  id uuid primary key,
  partner_id uuid not null references partners,
  slug slug not null,
  name text not null check (length(name) between 1 and 255),
  external_id text check (length(external_id) between 1 and 255),
  -- Name of the embedder of spaces that choose none; null for the server's default.
  embedder text check (length(embedder) between 1 and 64),
  status text not null default 'active' check (status in ('active', 'suspended', 'archived', 'erasing')),
  erasure_requested_at timestamptz,
  -- Rows and stored objects that the erasure has still to remove; null until they were counted.
  erasure_left bigint,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  -- Content is sealed with data keys that lie in the keyring, by their version: what is written now with sealing_key,
  -- and nothing with one below oldest_key. A transaction that seals shares the row's lock, so that neither moves under it.
  sealing_key int not null default 1,
  oldest_key int not null default 1,
  -- The last change of the data key: how many pieces were to be sealed anew, and how many are left.
  rotation_started_at timestamptz,
  rotation_finished_at timestamptz,
  rotation_pieces int not null default 0,
  rotation_left int not null default 0,
  unique (partner_id, slug),
  unique (partner_id, external_id),
  unique (partner_id, id),
  check ((status = 'erasing') = (erasure_requested_at is not null)),
  check (oldest_key between 1 and sealing_key)
);

-- Its data keys may be gone already: nobody brings a tenant back, whatever statement is forgotten in the program.
create function refuse_return() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  raise exception 'a tenant that is being erased cannot be brought back';
end
$$;
revoke all on function refuse_return from public;
create trigger erasure_is_final before update on tenants
  for each row when (old.status = 'erasing' and new.status <> 'erasing') execute function refuse_return();

-- A key belongs to one level. The secret is kept as SHA-256 only: it has 190 random bits, so no slow hash is needed.
create table keys (
  id uuid primary key,
  level text not null check (level in ('platform', 'partner', 'tenant', 'space')),
  partner_id uuid references partners on delete cascade,
  tenant_id uuid references tenants,
  space_id uuid,
  name text not null check (length(name) between 1 and 255),
  hint text not null,
  secret_hash bytea not null unique,
  permissions text[] not null,
  created_by uuid,
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  revoked_at timestamptz,
  check ((level = 'platform') = (partner_id is null)),
  check ((level in ('tenant', 'space')) = (tenant_id is not null)),
  check ((level = 'space') = (space_id is not null)),
  foreign key (partner_id, tenant_id) references tenants (partner_id, id)
);
create index on keys (tenant_id, created_at, id);
create index on keys (partner_id, created_at, id);

create table spaces (
  tenant_id uuid not null references tenants,
  id uuid not null,
  slug slug not null,
  name text not null check (length(name) between 1 and 255),
  external_id text check (length(external_id) between 1 and 255),
  status text not null default 'active' check (status in ('active', 'archived')),
  intelligence boolean not null default true,
  -- Name of the embedder it is to have; null for its tenant's choice.
  embedder text check (length(embedder) between 1 and 64),
  -- Id of the embedder whose vectors are searched; another one takes its place when every file has vectors of that.
  serving_embedder text,
  index_seq bigint not null default 0,
  -- Spares searches of the many spaces without any the look into space_synonyms.
  has_synonyms boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (tenant_id, id),
  unique (tenant_id, slug),
  unique (tenant_id, external_id)
);
call make_tenant_table('spaces', 'id');
-- A key that is bound to a space ends with it.
alter table keys add foreign key (tenant_id, space_id) references spaces on delete cascade;
create index on keys (tenant_id, space_id) where space_id is not null;

create table files (
  tenant_id uuid not null,
  id uuid not null,
  space_id uuid not null,
  name text not null check (length(name) between 1 and 1024),
  external_id text check (length(external_id) between 1 and 255),
  origin text not null check (length(origin) between 1 and 255),
  metadata jsonb not null default '{}',
  status text not null check (status in ('queued', 'extracting', 'indexing', 'ready', 'failed', 'stored')),
  failure text,
  failure_detail text,
  media_type text not null,
  size_bytes bigint not null,
  sha256 bytea not null,
  live_version_id uuid,
  created_by uuid,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  unique (tenant_id, space_id, external_id),
  foreign key (tenant_id, space_id) references spaces
);
call make_tenant_table('files', 'space_id');
create index on files (tenant_id, space_id, created_at, id);
-- The tenant's backlog, read at each upload.
create index on files (tenant_id) where status = 'queued';

-- The bytes of a file as they came in, and what was read from them. page_starts[n] is where page n begins in the text.
-- Text and title are sealed with the tenant's data key, and so is what chunks and index_blocks hold of them. blob_key is
-- the version of the one that seals the blob; what stands in a column says so in its own header.
create table versions (
  tenant_id uuid not null,
  id uuid not null,
  space_id uuid not null,
  file_id uuid not null,
  number int not null,
  blob text not null,
  blob_key int not null,
  text bytea,
  title bytea,
  language text,
  page_count int,
  page_starts int[],
  chunk_count int,
  created_at timestamptz not null,
  primary key (tenant_id, id),
  unique (tenant_id, file_id, number),
  foreign key (tenant_id, file_id) references files on delete cascade
);
call make_tenant_table('versions', 'space_id');

-- start_offset and end_offset are UTF-16 code units into the version's text. The sealed content is JSON of exactly that
-- slice, the headings above it and the header of the table it continues.
create table chunks (
  tenant_id uuid not null,
  version_id uuid not null,
  ordinal int not null,
  id uuid not null,
  space_id uuid not null,
  file_id uuid not null,
  content bytea not null,
  page int,
  start_offset int not null,
  end_offset int not null,
  language text not null,
  primary key (tenant_id, version_id, ordinal),
  unique (tenant_id, id),
  foreign key (tenant_id, version_id) references versions on delete cascade
);
call make_tenant_table('chunks', 'space_id');
create index on chunks (tenant_id, file_id);

-- One packed block per live version; a removed one keeps its row without data until every process has seen it.
create table index_blocks (
  tenant_id uuid not null,
  space_id uuid not null,
  version_id uuid not null,
  file_id uuid not null,
  added_seq bigint not null,
  removed_seq bigint,
  removed_at timestamptz,
  format smallint not null,
  chunk_count int not null,
  data bytea,
  primary key (tenant_id, space_id, version_id),
  foreign key (tenant_id, space_id) references spaces,
  check ((removed_seq is null) = (data is not null))
);
alter table index_blocks alter column data set storage external;
call make_tenant_table('index_blocks', 'space_id');
create index on index_blocks (tenant_id, space_id, added_seq);
create index on index_blocks (tenant_id, space_id, removed_seq) where removed_seq is not null;
create index on index_blocks (tenant_id, file_id);

-- What a live version's chunks mean to one embedder, packed. There are several while a space changes to another one.
create table index_vectors (
  tenant_id uuid not null,
  id uuid not null,
  space_id uuid not null,
  version_id uuid not null,
  embedder text not null,
  data bytea not null,
  primary key (tenant_id, id),
  unique (tenant_id, space_id, version_id, embedder),
  foreign key (tenant_id, space_id, version_id) references index_blocks on delete cascade
);
alter table index_vectors alter column data set storage external;
call make_tenant_table('index_vectors', 'space_id');

-- What may stand for what in the searches of a space: the rules as they were given, and from each word that a query may
-- say, in its normal spelling, to the words that may stand for it.
create table space_synonyms (
  tenant_id uuid not null,
  space_id uuid not null,
  rules jsonb not null,
  lookup jsonb not null,
  updated_at timestamptz not null,
  primary key (tenant_id, space_id),
  foreign key (tenant_id, space_id) references spaces on delete cascade
);
call make_tenant_table('space_synonyms', 'space_id');

-- Records above the tenants. No content, and each role sees its own part only.
do $$
declare
  own_tenant text := replace(tenant_predicate(), 'tenant_id =', 'id =');
  own_partner text := 'partner_id = (select nullif(current_setting(''app.partner_id'', true), '''')::uuid)';
  own_platform text := '(select current_setting(''app.platform'', true)) = ''on''';
  shared text;
begin
  foreach shared in array array['partners', 'tenants', 'keys'] loop
    execute format('alter table %I enable row level security', shared);
    execute format('alter table %I force row level security', shared);
    execute format('create policy platform_wall on %I to bulkhead_platform using (%s) with check (%s)',
      shared, own_platform, own_platform);
  end loop;

  execute format('create policy partner_wall on partners for select to bulkhead_partner using (%s)',
    replace(own_partner, 'partner_id =', 'id ='));
  execute format('create policy partner_wall on tenants to bulkhead_partner using (%s) with check (%s)',
    own_partner, own_partner);
  execute format('create policy partner_wall on keys to bulkhead_partner using (%s) with check (%s)',
    own_partner, own_partner);

  execute format('create policy tenant_wall on tenants to bulkhead_tenant using (%1$s) with check (%1$s)', own_tenant);
  execute format('create policy space_wall on tenants to bulkhead_space using (%1$s) with check (%1$s)', own_tenant);
  execute format('create policy tenant_wall on keys to bulkhead_tenant using (%1$s) with check (%1$s)',
    tenant_predicate());
  execute format('create policy space_wall on keys to bulkhead_space using (%1$s) with check (%1$s)',
    space_predicate('space_id'));

  execute format('create policy erasure on tenants to bulkhead_eraser using (%1$s) with check (%1$s)',
    own_tenant || ' and status = ''erasing''');
  execute format('create policy erasure on keys to bulkhead_eraser using (%s) with check (false)',
    erasing_predicate());
end
$$;

-- Authentication sees the one row whose hash was presented, and the tenant and partner that row names.
create policy presented_key on keys for select to bulkhead_system
  using (secret_hash = (select decode(nullif(current_setting('app.secret_hash', true), ''), 'hex')));
create policy presented_key on tenants for select to bulkhead_system
  using (id in (select tenant_id from keys));
create policy presented_key on partners for select to bulkhead_system
  using (id in (select partner_id from keys));

grant select, insert, update on partners, tenants to bulkhead_platform;
grant delete on partners to bulkhead_platform;
grant select on partners, tenants to bulkhead_partner;
grant insert, update on tenants to bulkhead_partner;
grant select, update (sealing_key, oldest_key, rotation_finished_at, rotation_pieces, rotation_left) on tenants
  to bulkhead_tenant;
-- Who writes locks the record against a change of key meanwhile, which takes the right to change something.
grant select, update (rotation_left) on tenants to bulkhead_space;
grant select (id, level, partner_id, tenant_id, space_id, name, hint, permissions, created_by, created_at, expires_at,
  revoked_at), insert, update (revoked_at) on keys to bulkhead_platform, bulkhead_partner, bulkhead_tenant,
  bulkhead_space;
grant select on partners, tenants, keys to bulkhead_system;
grant delete, select (id, status), update (erasure_left) on tenants to bulkhead_eraser;
grant delete, select (ctid, tenant_id) on keys to bulkhead_eraser;
