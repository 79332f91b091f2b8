import type { Breach } from './breach.ts'

/** Rights that nobody declared, and what a connection begins with. */
export const rights: Breach[] = [
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
