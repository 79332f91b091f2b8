-- People of a tenant, what they are, and keys that act for them.

alter table spaces
  -- Whether the tenant's members are let in without a grant.
  add column visibility text not null default 'open' check (visibility in ('open', 'restricted')),
  -- Test keys act in spaces for tests alone.
  add column mode text not null default 'live' check (mode in ('live', 'test'));

create table users (
  tenant_id uuid not null references tenants,
  id uuid not null,
  kind text not null check (kind in ('human', 'service')),
  -- In the one spelling in which addresses are compared (src/features/access/users/read-email.ts).
  email text check (length(email) between 3 and 320),
  name text not null check (length(name) between 1 and 255),
  external_id text check (length(external_id) between 1 and 255),
  status text not null default 'active' check (status in ('active', 'deactivated')),
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  unique (tenant_id, email),
  unique (tenant_id, external_id)
);
call make_tenant_table('users');
create index on users (tenant_id, created_at, id);

-- What a built-in role holds is told by the program (src/features/access/roles/built-in.ts), so that it grows with it.
create table roles (
  tenant_id uuid not null references tenants,
  id uuid not null,
  slug slug not null,
  name text not null check (length(name) between 1 and 255),
  is_built_in boolean not null default false,
  permissions text[] not null,
  enters_open_spaces boolean not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  unique (tenant_id, slug)
);
-- Tenants that are there already get theirs here, before row security would show none of them.
alter table tenants no force row level security;
insert into roles (tenant_id, id, slug, name, is_built_in, permissions, enters_open_spaces, created_at, updated_at)
select tenants.id, gen_random_uuid(), built_in.slug, initcap(built_in.slug), true, '{}', built_in.slug <> 'guest', now(), now()
from tenants, (values ('owner'), ('admin'), ('member'), ('viewer'), ('guest')) as built_in (slug)
where tenants.status <> 'erasing';
alter table tenants force row level security;
call make_tenant_table('roles');

create table user_roles (
  tenant_id uuid not null,
  user_id uuid not null,
  role_id uuid not null,
  primary key (tenant_id, user_id, role_id),
  foreign key (tenant_id, user_id) references users on delete cascade,
  foreign key (tenant_id, role_id) references roles on delete cascade
);
call make_tenant_table('user_roles');
create index on user_roles (tenant_id, role_id);

create table groups (
  tenant_id uuid not null references tenants,
  id uuid not null,
  name text not null check (length(name) between 1 and 255),
  external_id text check (length(external_id) between 1 and 255),
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  unique (tenant_id, name),
  unique (tenant_id, external_id)
);
call make_tenant_table('groups');

-- Users and groups in groups. Who adds a group to another holds the tenant's lock, so that no ring comes about.
create table group_members (
  tenant_id uuid not null,
  id uuid not null,
  group_id uuid not null,
  user_id uuid,
  member_group_id uuid,
  created_at timestamptz not null,
  primary key (tenant_id, id),
  unique nulls not distinct (tenant_id, group_id, user_id, member_group_id),
  foreign key (tenant_id, group_id) references groups on delete cascade,
  foreign key (tenant_id, user_id) references users on delete cascade,
  foreign key (tenant_id, member_group_id) references groups on delete cascade,
  check (num_nonnulls(user_id, member_group_id) = 1),
  check (member_group_id <> group_id)
);
call make_tenant_table('group_members');
create index on group_members (tenant_id, user_id) where user_id is not null;
create index on group_members (tenant_id, member_group_id) where member_group_id is not null;

-- The secret of a link is kept as SHA-256 only, like a key's.
create table invitations (
  tenant_id uuid not null references tenants,
  id uuid not null,
  email text not null check (length(email) between 3 and 320),
  name text check (length(name) between 1 and 255),
  role_ids uuid[] not null,
  secret_hash bytea not null,
  invited_by uuid,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  revoked_at timestamptz,
  accepted_at timestamptz,
  user_id uuid,
  primary key (tenant_id, id),
  unique (tenant_id, secret_hash),
  foreign key (tenant_id, user_id) references users on delete set null (user_id),
  foreign key (tenant_id, invited_by) references users on delete cascade
);
call make_tenant_table('invitations');
create index on invitations (secret_hash);
create index on invitations (tenant_id, created_at, id);
create index on invitations (tenant_id, user_id) where user_id is not null;
create index on invitations (tenant_id, invited_by) where invited_by is not null;
create policy presented_invitation on invitations for select to bulkhead_system
  using (secret_hash = (select decode(nullif(current_setting('app.secret_hash', true), ''), 'hex')));
grant select (tenant_id, id, secret_hash) on invitations to bulkhead_system;
create policy presented_invitation on tenants for select to bulkhead_system
  using (id in (select tenant_id from invitations));

-- As the owner whom row security would otherwise bind, since a foreign key is held against all rows at once.
alter table keys no force row level security;
alter table users no force row level security;
alter table keys
  -- A key that acts for a user may do what both may, as it is at each request.
  add column user_id uuid,
  add column mode text not null default 'live' check (mode in ('live', 'test')),
  -- Where it may come from, as CIDR; empty for everywhere.
  add column allowed_addresses text[] not null default '{}',
  -- Written once in some minutes, whatever is asked with it.
  add column last_used_at timestamptz,
  -- The key in whose place it came.
  add column replaces uuid,
  add foreign key (tenant_id, user_id) references users on delete cascade,
  add check (tenant_id is not null or (user_id is null and mode = 'live'));
alter table keys force row level security;
alter table users force row level security;
create index on keys (tenant_id, user_id) where user_id is not null;
grant select (user_id, mode, allowed_addresses, last_used_at, replaces), update (expires_at) on keys
  to bulkhead_platform, bulkhead_partner, bulkhead_tenant, bulkhead_space;
create policy presented_key_use on keys for update to bulkhead_system
  using (secret_hash = (select decode(nullif(current_setting('app.secret_hash', true), ''), 'hex')))
  with check (secret_hash = (select decode(nullif(current_setting('app.secret_hash', true), ''), 'hex')));
grant update (last_used_at) on keys to bulkhead_system;
