import { afterAll, expect, test } from 'vitest'
import { tenantTables } from '#platform/db/tables.generated.ts'
import { servingRoles } from '#platform/db/roles.ts'
import { openSession } from '../support/act-as.ts'
import { freshDatabase } from '../support/database.ts'

type Grant = { table: string; role: string; privilege: string }

const { rows, close } = await openSession(await freshDatabase())
afterAll(close)

const content = ['delete', 'insert', 'select', 'update']
const keyColumns = ['insert', 'select (all but secret_hash)', 'update (revoked_at)']

test('of the serving roles are exactly these', async () => {
  const granted = await rows<Grant>(`
    select c.relname as table, a.grantee::regrole::text as role, lower(a.privilege_type) as privilege
    from pg_class c cross join aclexplode(c.relacl) a
    where c.relnamespace = 'public'::regnamespace and a.grantee <> c.relowner
    union all
    select c.relname, a.grantee::regrole::text, lower(a.privilege_type) || case
      when count(*) = 1 then ' (' || min(t.attname) || ')'
      when count(*) = (select count(*) - 1 from pg_attribute o where o.attrelid = c.oid and o.attnum > 0)
        and not bool_or(t.attname = 'secret_hash') then ' (all but secret_hash)' else ' (some)' end
    from pg_class c join pg_attribute t on t.attrelid = c.oid cross join aclexplode(t.attacl) a
    where c.relnamespace = 'public'::regnamespace and a.grantee <> c.relowner
    group by c.oid, c.relname, a.grantee, a.privilege_type`)
  const actual: Record<string, string[]> = {}
  for (const { table, role, privilege } of granted) (actual[`${role} on ${table}`] ??= []).push(privilege)
  for (const list of Object.values(actual)) list.sort()
  expect(actual).toEqual({
    ...Object.fromEntries(tenantTables.map((table) => [`bulkhead_tenant on ${table}`, content])),
    'bulkhead_tenant on keys': keyColumns,
    'bulkhead_tenant on tenants': ['select'],
    'bulkhead_partner on keys': keyColumns,
    'bulkhead_partner on partners': ['select'],
    'bulkhead_partner on tenants': ['insert', 'select', 'update'],
    'bulkhead_platform on keys': keyColumns,
    'bulkhead_platform on partners': ['insert', 'select', 'update'],
    'bulkhead_platform on tenants': ['insert', 'select', 'update'],
    'bulkhead_system on keys': ['select'],
    'bulkhead_system on partners': ['select'],
    'bulkhead_system on schema_migrations': ['select'],
    'bulkhead_system on tenants': ['select'],
  })
})

test('to make tables, schemas or databases has none of them', async () => {
  const able = await rows(
    `select role, schema from unnest($1::text[]) role, unnest(array['public', 'pgboss']) schema
    where has_schema_privilege(role, schema, 'create') or has_database_privilege(role, current_database(), 'create')`,
    [servingRoles],
  )
  expect(able).toEqual([])
})

test('to the queue has the jobs role alone, and to read and write rows alone', async () => {
  const granted = await rows<{ role: string; privileges: string[] }>(`
    select a.grantee::regrole::text as role, array_agg(distinct lower(a.privilege_type)) as privileges
    from pg_class c cross join aclexplode(c.relacl) a
    where c.relnamespace = 'pgboss'::regnamespace and a.grantee <> c.relowner group by 1`)
  expect(granted).toEqual([{ role: 'bulkhead_jobs', privileges: content }])
  const usage = await rows<{ role: string }>(
    `select role from unnest($1::text[]) role where has_schema_privilege(role, 'pgboss', 'usage')`,
    [servingRoles],
  )
  expect(usage).toEqual([{ role: 'bulkhead_jobs' }])
})

test('to functions do not lead past the policies: none runs as its owner, none of ours is for everybody', async () => {
  const functions = await rows<{ name: string }>(`
    select p.oid::regprocedure::text as name from pg_proc p
    where p.pronamespace in ('public'::regnamespace, 'pgboss'::regnamespace) and (p.prosecdef
      or exists (select from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) where grantee = 0))`)
  expect(functions).toEqual([])
})
