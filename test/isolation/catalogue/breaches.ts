/**
 * Ways to break what keeps tenants apart, each with everything that has to be found then and nothing else: the
 * beginnings of the lines `<statement> <object> <problem>` as regular expressions. `$login` is the serving login.
 */
export type Breach = { what: string; change: string; findings: string[]; only?: 'embedded' | 'server' }

const ownTenant = `tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid`
const heldAgainstTenantOnly = String.raw`\(tenant_id = \(NULLIF[^A]*::uuid\)`

const tables: Breach[] = [
  {
    what: 'nothing wrong with a tenant table that has no spaces',
    change: `create table notes (tenant_id uuid not null, note text); call make_tenant_table('notes')`,
    findings: [],
  },
  {
    what: 'a table without forced row security',
    change: 'alter table files no force row level security',
    findings: ['I01 table files does not force row security'],
  },
  {
    what: 'a table with row security switched off',
    change: 'alter table chunks disable row level security',
    findings: ['I01 table chunks has row security disabled'],
  },
  {
    what: 'a shared table with row security switched off',
    change: 'alter table keys disable row level security',
    findings: ['I01 table keys has row security disabled'],
  },
  {
    what: 'a table that belongs to nobody',
    change: 'create table loose (id uuid)',
    findings: [
      'I01 table loose has no column tenant_id',
      'I01 table loose has row security disabled',
      'I01 table loose does not force',
      'I02 policy tenant_wall on loose is missing',
      'I02 policy erasure on loose is missing',
    ],
  },
  {
    what: 'a tenant table that may have rows without a tenant',
    change: 'alter table index_blocks drop constraint index_blocks_pkey, alter tenant_id drop not null',
    findings: ['I01 table index_blocks has no column tenant_id uuid not null'],
  },
  {
    what: 'a tenant that is not a uuid',
    change: `create table notes (tenant_id text not null); alter table notes enable row level security, force row level security;
      create policy tenant_wall on notes to bulkhead_tenant using (tenant_id = 'a') with check (tenant_id = 'a')`,
    findings: [
      'I01 table notes has no column tenant_id uuid not null',
      'I02 policy erasure on notes is missing',
      'I02 policy tenant_wall on notes is true whoever asks',
      'I02 policy tenant_wall on notes shows rows where',
      'I02 policy tenant_wall on notes lets rows be written where',
    ],
  },
  {
    what: 'an erasure that reaches living tenants',
    change: `alter policy erasure on files using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid)`,
    findings: ['I02 policy erasure on files shows rows where'],
  },
  {
    what: 'an erasure that writes',
    change: `alter policy erasure on files with check (tenant_id = (select id from tenants limit 1))`,
    findings: ['I02 policy erasure on files lets rows be written where'],
  },
  {
    what: 'an erasure that reads',
    change: 'grant select (name) on files to bulkhead_eraser',
    findings: [
      String.raw`I03 table files lets bulkhead_eraser select \(ctid, tenant_id, name\), which is not declared`,
      String.raw`I03 table files does not let bulkhead_eraser select \(ctid, tenant_id\)`,
    ],
  },
  {
    what: 'a table that is gone',
    change: 'drop table index_blocks',
    findings: ['I01 table index_blocks is missing'],
  },
  {
    what: 'a partition that is open to whoever addresses it',
    change: `create table parts (tenant_id uuid not null, space_id uuid) partition by hash (tenant_id);
      call make_tenant_table('parts', 'space_id');
      create table parts_0 partition of parts for values with (modulus 1, remainder 0);
      grant select on parts_0 to bulkhead_tenant`,
    findings: [
      'I01 table parts_0 has row security disabled',
      'I01 table parts_0 does not force',
      'I03 table parts_0 lets bulkhead_tenant select',
    ],
  },
  {
    what: 'a table elsewhere that inherits from one of ours',
    change: 'create schema elsewhere; create table elsewhere.more () inherits (files)',
    findings: [
      'I01 table elsewhere.more has row security disabled',
      'I01 table elsewhere.more does not force',
    ],
  },
  {
    what: 'a schema that hides public from a role',
    change: 'create schema bulkhead_tenant',
    findings: ['I01 schema bulkhead_tenant has the name of a serving role'],
  },
]

const policies: Breach[] = [
  {
    what: 'a policy that is gone',
    change: 'drop policy tenant_wall on files',
    findings: ['I02 policy tenant_wall on files is missing'],
  },
  {
    what: 'a policy for PUBLIC',
    change: 'alter policy tenant_wall on files to public',
    findings: [
      'I02 policy tenant_wall on files is for PUBLIC$',
      'I02 policy tenant_wall on files is for PUBLIC instead of bulkhead_tenant',
    ],
  },
  {
    what: 'a policy that is true for every row',
    change: 'alter policy tenant_wall on versions using (true)',
    findings: [
      'I02 policy tenant_wall on versions is true whoever asks',
      'I02 policy tenant_wall on versions shows rows where true',
    ],
  },
  {
    what: 'a policy that lets anything be written',
    change: 'alter policy tenant_wall on versions with check (tenant_id = tenant_id)',
    findings: [
      'I02 policy tenant_wall on versions is true whoever asks',
      String.raw`I02 policy tenant_wall on versions lets rows be written where \(tenant_id = tenant_id\)`,
    ],
  },
  {
    what: 'a policy without a check of its own',
    change: `drop policy partner_wall on tenants; create policy partner_wall on tenants to bulkhead_partner
      using (partner_id = (select nullif(current_setting('app.partner_id', true), '')::uuid))`,
    findings: ['I02 policy partner_wall on tenants lets rows be written where shown'],
  },
  {
    what: 'a policy that forgets the spaces',
    change: `alter policy space_wall on chunks using (${ownTenant}) with check (${ownTenant})`,
    findings: [
      `I02 policy space_wall on chunks shows rows where ${heldAgainstTenantOnly}$`,
      `I02 policy space_wall on chunks lets rows be written where ${heldAgainstTenantOnly}$`,
    ],
  },
  {
    what: 'a policy that joins tenant and spaces by “or”',
    change: `alter policy space_wall on chunks using (${ownTenant} or space_id is not null)`,
    findings: [String.raw`I02 policy space_wall on chunks shows rows where .* OR \(space_id IS NOT NULL\)`],
  },
  {
    what: 'a second policy that widens the first',
    change: `create policy support on files for select to bulkhead_tenant using (current_setting('app.support', true) = 'on')`,
    findings: ['I02 policy support on files is not one of the declared ones: it widens'],
  },
  {
    what: 'a policy that lets the platform see content',
    change: `create policy platform_wall on files to bulkhead_platform using (true)`,
    findings: [
      'I02 policy platform_wall on files is true whoever asks',
      'I02 policy platform_wall on files is not one of the declared ones: it widens',
    ],
  },
  {
    what: 'a wall for another role',
    change: 'alter policy tenant_wall on files to bulkhead_partner',
    findings: ['I02 policy tenant_wall on files is for bulkhead_partner instead of bulkhead_tenant'],
  },
]

const roles: Breach[] = [
  ...[
    ['superuser', 'is a superuser'],
    ['bypassrls', 'may bypass row security'],
    ['createrole', 'may create roles'],
    ['createdb', 'may create databases'],
    ['replication', 'may replicate'],
  ].flatMap(([power = '', problem = '']): Breach[] => [
    {
      what: `a login with ${power}`,
      change: `alter role "$login" ${power}`,
      findings: [`I03 login $login ${problem}`],
      only: 'server',
    },
    {
      what: `a serving role with ${power}`,
      change: `alter role bulkhead_partner ${power}`,
      findings: [`I03 role bulkhead_partner ${problem}`],
    },
  ]),
  {
    what: 'a login in a group that is a superuser, by way of another',
    change: `create role breach_super superuser nologin; create role breach_group nologin;
      grant breach_super to breach_group; grant breach_group to "$login"`,
    findings: ['I03 login $login is a member of breach_super, which is a superuser'],
    only: 'server',
  },
  {
    what: 'a login in a group that may bypass row security',
    change: `create role breach_bypass bypassrls nologin; grant breach_bypass to "$login"`,
    findings: ['I03 login $login is a member of breach_bypass, which may bypass row security'],
    only: 'server',
  },
  {
    what: 'a login in the group that reads everything',
    change: `grant pg_read_all_data to "$login"`,
    findings: ['I03 login $login is a member of pg_read_all_data, which reaches past grants'],
    only: 'server',
  },
  {
    what: 'a login in the group that owns the tables',
    change: `create role breach_owner nologin; grant breach_owner to "$login"; alter table files owner to breach_owner`,
    findings: ['I03 login $login is a member of breach_owner, which owns table files'],
    only: 'server',
  },
  {
    what: 'a serving role that owns a table',
    change: 'alter table files owner to bulkhead_system',
    findings: ['I03 role bulkhead_system owns table files'],
    only: 'embedded',
  },
  {
    what: 'a serving role in another one',
    change: 'grant bulkhead_tenant to bulkhead_partner',
    findings: ['I03 role bulkhead_partner is a member of bulkhead_tenant'],
  },
  {
    what: 'a serving role that may log in',
    change: 'alter role bulkhead_platform login',
    findings: ['I03 role bulkhead_platform may log in'],
  },
  {
    what: 'a right to temporary tables',
    change: `do $$ begin execute format('grant temporary on database %I to bulkhead_tenant', current_database()); end $$`,
    findings: ['I03 role bulkhead_tenant may create temporary tables'],
    only: 'embedded',
  },
  {
    what: 'a right to make tables',
    change: 'grant create on schema public to bulkhead_jobs',
    findings: ['I03 role bulkhead_jobs may create tables in schema public'],
    only: 'embedded',
  },
  ...[
    ['temporary on database %I', 'may create temporary tables'],
    ['create on database %I', 'may create schemas'],
    ['create on schema public', 'may create tables in schema public'],
  ].map(([right = '', problem = '']): Breach => ({
    what: `a login that ${problem}`,
    change: `do $$ begin execute format('grant ${right} to "$login"', current_database()); end $$`,
    findings: [`I03 login $login ${problem}`],
    only: 'server',
  })),
]

const rights: Breach[] = [
  {
    what: 'a right of the platform to content',
    change: 'grant select on files to bulkhead_platform',
    findings: ['I03 table files lets bulkhead_platform select, which is not declared'],
  },
  {
    what: 'a right of the platform to one column of content',
    change: 'grant select (name) on files to bulkhead_platform',
    findings: [String.raw`I03 table files lets bulkhead_platform select \(name\), which is not declared`],
  },
  {
    what: 'a right of everybody',
    change: 'grant select on spaces to public',
    findings: ['I03 table spaces lets PUBLIC select, which is not declared'],
  },
  ...['truncate', 'references', 'trigger'].map((privilege) => ({
    what: `a right to ${privilege}`,
    change: `grant ${privilege} on chunks to bulkhead_tenant`,
    findings: [`I03 table chunks lets bulkhead_tenant ${privilege}, which is not declared`],
  })),
  {
    what: 'a right to the hashes of keys',
    change: 'grant select (secret_hash) on keys to bulkhead_tenant',
    findings: [
      String.raw`I03 table keys lets bulkhead_tenant select \(every column\)`,
      String.raw`I03 table keys does not let bulkhead_tenant select \(all but secret_hash\)`,
    ],
  },
  {
    what: 'a right of a tenant to the queue',
    change:
      'grant usage on schema pgboss to bulkhead_tenant; grant select on pgboss.queue to bulkhead_tenant',
    findings: [
      'I03 table pgboss.queue lets bulkhead_tenant select',
      'I03 schema pgboss is open to bulkhead_tenant',
    ],
  },
  {
    what: 'a right that is missing',
    change: 'revoke delete on files from bulkhead_tenant',
    findings: ['I03 table files does not let bulkhead_tenant delete'],
  },
  {
    what: 'rights to whatever will be made',
    change: 'alter default privileges in schema public grant select on tables to bulkhead_platform',
    findings: ['I03 default privileges of [^ ]+ in schema public grant new tables to bulkhead_platform'],
  },
  {
    what: 'a default for the tenant',
    change: `select set_config('app.tenant_id', gen_random_uuid()::text, true)`,
    findings: ['I03 setting app.tenant_id has a default in postgresql.conf'],
  },
  {
    what: 'a default for the tenant of a login',
    change: `alter role "$login" set app.tenant_id = '01890a5d-ac96-774b-bcce-b302099a8057'`,
    findings: [
      'I03 setting app.tenant_id has a default for role $login, which `alter role $login reset app.tenant_id`',
    ],
    only: 'server',
  },
  {
    what: 'a default for the tenant of everybody in this database',
    change: `do $$ begin execute format('alter database %I set app.spaces = %L', current_database(), '{}'); end $$`,
    findings: [
      'I03 setting app.spaces has a default for database [^ ]+, which `alter database [^ ]+ reset app.spaces`',
    ],
  },
  {
    what: 'a search path that leads elsewhere first',
    change:
      'create schema elsewhere; grant usage on schema elsewhere to public; set local search_path = elsewhere, public',
    findings: ['I03 setting search_path leads to elsewhere before public'],
  },
  {
    what: 'foreign keys that are switched off',
    change: 'set local session_replication_role = replica',
    findings: ['I03 setting session_replication_role is replica'],
  },
]

const keys: Breach[] = [
  {
    what: 'a unique index across tenants',
    change: 'create unique index spy on files (sha256)',
    findings: ['I04 unique index spy on files begins with sha256'],
  },
  {
    what: 'a unique index over an expression',
    change: 'create unique index spy on files (lower(name), tenant_id)',
    findings: ['I04 unique index spy on files begins with an expression'],
  },
  {
    what: 'a foreign key that could point at another tenant’s row',
    change: `create unique index spy on versions (id);
      alter table index_blocks add constraint stray foreign key (version_id) references versions (id)`,
    findings: [
      'I04 unique index spy on versions begins with id',
      'I04 foreign key stray on index_blocks leads from version_id to versions.id',
    ],
  },
  {
    what: 'a foreign key that mixes the columns up',
    change:
      'alter table index_blocks add constraint stray foreign key (version_id, tenant_id) references versions (id, tenant_id)',
    findings: ['I04 foreign key stray on index_blocks leads from version_id to versions.id'],
  },
]

const passages: Breach[] = [
  {
    what: 'a view that shows what its owner may see',
    change: 'create view everything as select * from files',
    findings: ['I05 view everything has no security_invoker'],
  },
  {
    what: 'a view of a view in another schema',
    change: `create schema reports; create view reports.inner_view with (security_invoker = true) as select * from files;
      create view reports.outer_view as select * from reports.inner_view`,
    findings: ['I05 view reports.outer_view has no security_invoker'],
  },
  {
    what: 'a materialized view',
    change: 'create materialized view copied as select * from chunks',
    findings: ['I05 materialized view copied holds rows that no policy guards'],
  },
  {
    what: 'a function that runs as its owner',
    change: `create function peek() returns bigint language sql security definer set search_path = public
      as 'select count(*) from files'; revoke all on function peek from public`,
    findings: [String.raw`I05 function peek\(\) runs as its owner`],
  },
  {
    what: 'a function elsewhere that runs as its owner and that the tenant may call',
    change: `create schema reports; grant usage on schema reports to bulkhead_tenant;
      create function reports.peek() returns bigint language sql security definer as 'select count(*) from public.files'`,
    findings: [String.raw`I05 function reports.peek\(\) runs as its owner`],
  },
  {
    what: 'a function that is called leakproof',
    change: `create function look(text) returns boolean leakproof language sql as 'select true';
      revoke all on function look from public`,
    findings: [String.raw`I05 function look\(text\) is called leakproof`],
  },
  {
    what: 'a function of ours that everybody may call',
    change: 'grant execute on function tenant_predicate to public',
    findings: [String.raw`I05 function tenant_predicate\(\) may be called by PUBLIC`],
  },
  {
    what: 'a rule',
    change: 'create rule copy_names as on insert to files do also update spaces set name = new.name',
    findings: ['I05 rule copy_names on files rewrites statements'],
  },
  {
    what: 'a trigger that runs as its owner',
    change: `create function copy() returns trigger language plpgsql security definer as 'begin return new; end';
      revoke all on function copy from public;
      create trigger copies after insert on files for each row execute function copy()`,
    findings: [
      String.raw`I05 function copy\(\) runs as its owner`,
      String.raw`I05 trigger copies on files calls copy\(\)`,
    ],
  },
  {
    what: 'an event trigger that runs as its owner',
    change: `create function watch() returns event_trigger language plpgsql security definer as 'begin end';
      revoke all on function watch from public; create event trigger watching on ddl_command_end execute function watch()`,
    findings: [
      String.raw`I05 function watch\(\) runs as its owner`,
      String.raw`I05 event trigger watching calls watch\(\)`,
    ],
  },
]

export const breaches = [...tables, ...policies, ...roles, ...rights, ...keys, ...passages]
