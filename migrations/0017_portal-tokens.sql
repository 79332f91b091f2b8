-- Portal tokens: what a tenant's own customers show in their browsers. The secret is kept as SHA-256 only, like a key's.

create table portal_tokens (
  tenant_id uuid not null references tenants,
  id uuid not null,
  hint text not null,
  secret_hash bytea not null,
  subject_external_id text not null check (length(subject_external_id) between 1 and 255),
  subject_name text check (length(subject_name) between 1 and 255),
  scopes text[] not null check (cardinality(scopes) > 0),
  spaces uuid[] not null check (cardinality(spaces) > 0),
  -- Places within the spaces. Where there are any, nothing else of the spaces is seen, also when all of them are gone.
  folders uuid[] not null,
  files uuid[] not null,
  -- Pages that may use it, as a browser names them; empty for all.
  origins text[] not null,
  max_uses int check (max_uses > 0),
  uses int not null default 0,
  -- The key that issued it. It ends with that key, and with whom that one acts for.
  created_by uuid not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  revoked_at timestamptz,
  last_used_at timestamptz,
  primary key (tenant_id, id),
  unique (tenant_id, secret_hash)
);
call make_tenant_table('portal_tokens');
create index on portal_tokens (secret_hash);
create index on portal_tokens (tenant_id, created_at, id);
create index on portal_tokens (tenant_id, subject_external_id, created_at, id);

-- Authentication sees the one row whose hash was presented, with its tenant and partner, and counts its use.
create policy presented_token on portal_tokens for select to bulkhead_system
  using (secret_hash = (select decode(nullif(current_setting('app.secret_hash', true), ''), 'hex')));
create policy presented_token_use on portal_tokens for update to bulkhead_system
  using (secret_hash = (select decode(nullif(current_setting('app.secret_hash', true), ''), 'hex')))
  with check (secret_hash = (select decode(nullif(current_setting('app.secret_hash', true), ''), 'hex')));
grant select (tenant_id, id, secret_hash, subject_external_id, subject_name, scopes, spaces, folders, files, origins, max_uses,
  uses, created_by, expires_at, revoked_at, last_used_at), update (uses, last_used_at) on portal_tokens to bulkhead_system;
create policy presented_token on tenants for select to bulkhead_system
  using (id in (select tenant_id from portal_tokens));
create policy of_presented_tenant on partners for select to bulkhead_system
  using (id in (select partner_id from tenants));
