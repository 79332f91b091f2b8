import { afterAll, describe, expect, test } from 'vitest'
import { servingRoles } from '#platform/db/roles.ts'
import { openSession } from '../support/act-as.ts'
import { freshDatabase } from '../support/database.ts'

/** Tables that belong to no single tenant. Every other one is a tenant table and is held to all that follows. */
const sharedTables = ['keys', 'partners', 'schema_migrations', 'tenants']

type Table = {
  name: string
  kind: string
  secured: boolean
  forced: boolean
  has_tenant: boolean
  owner: string
}
type Policy = { table: string; name: string; roles: string[]; command: string; using: string; check: string }
type Key = { table: string; name: string; first: string; target: string | null; columns: string[] }

const { rows, close } = await openSession(await freshDatabase())
afterAll(close)

const tables = await rows<Table>(`
    select c.relname as name, c.relkind as kind, c.relrowsecurity as secured, c.relforcerowsecurity as forced,
      c.relowner::regrole::text as owner,
      exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id'
        and a.attnotnull and a.atttypid = 'uuid'::regtype) as has_tenant
    from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'f', 'v', 'm')
    order by 1`)
const tenantTables = tables.map(({ name }) => name).filter((name) => !sharedTables.includes(name))

describe('tables', () => {
  test('are ordinary ones: a view, a materialized view or a partition would show rows past the policies', () => {
    expect(tenantTables.length).toBeGreaterThan(4)
    expect(tables.filter(({ kind }) => kind !== 'r')).toEqual([])
    expect(tables.map(({ name }) => name)).toEqual(expect.arrayContaining(sharedTables))
  })

  test('belong to a tenant and force row security, but for the shared ones by name', () => {
    const homeless = tables.filter(({ has_tenant }) => !has_tenant).map(({ name }) => name)
    expect(homeless).toEqual(sharedTables)
    const open = tables.filter(({ secured, forced }) => !secured || !forced).map(({ name }) => name)
    expect(open).toEqual(['schema_migrations'])
  })

  test('belong to none of the serving roles, and none of those is powerful or a member of another', async () => {
    const roles = await rows<{ name: string; is_powerful: boolean; memberships: number }>(
      `select rolname as name, rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication or rolcanlogin
        as is_powerful, (select count(*)::int from pg_auth_members where member = r.oid) as memberships
      from pg_roles r where rolname = any ($1) order by 1`,
      [servingRoles],
    )
    expect(roles).toEqual(
      servingRoles.toSorted().map((name) => ({ name, is_powerful: false, memberships: 0 })),
    )
    expect(tables.filter(({ owner }) => servingRoles.some((role) => role === owner))).toEqual([])
  })
})

const policies = await rows<Policy>(`
      select tablename as table, policyname as name, roles::text[] as roles, cmd as command,
        coalesce(qual, '') as using, coalesce(with_check, '') as check
      from pg_policies where schemaname = 'public' order by 1, 2`)

describe('policies', () => {
  const settingOf = (name: string) => `NULLIF(current_setting('app.${name}'::text, true), ''::text)`

  test('are for a serving role by name, never for everybody, and are never constantly true', () => {
    expect(policies.length).toBeGreaterThan(tenantTables.length)
    for (const { table, name, roles, using, check } of policies) {
      expect(servingRoles, `${name} on ${table}`).toEqual(expect.arrayContaining(roles))
      for (const expression of [using, check]) expect(expression).not.toMatch(/^\(?\s*(true|1 = 1)\s*\)?$/i)
      expect(using, `${name} on ${table}`).toMatch(/current_setting|FROM keys/)
    }
  })

  test('let a tenant table be seen and written by its tenant alone, within its spaces', () => {
    for (const table of tenantTables) {
      const own = policies.filter((policy) => policy.table === table)
      expect(own.map(({ name, roles, command }) => ({ name, roles, command }))).toEqual([
        { name: 'tenant_wall', roles: ['bulkhead_tenant'], command: 'ALL' },
      ])
      for (const expression of [own[0]?.using, own[0]?.check]) {
        expect(expression).toContain(`tenant_id = ( SELECT (${settingOf('tenant_id')})::uuid`)
        expect(expression).toMatch(/ AND .*(space_id|\bid) = ANY .*'app\.spaces'/s)
        expect(expression).not.toMatch(/^\(*tenant_id[^)]*\)* OR/)
      }
    }
  })

  test('that allow writing say what may be written', () => {
    const writing = policies.filter(({ command }) => command !== 'SELECT')
    expect(writing.length).toBeGreaterThan(tenantTables.length)
    expect(writing.filter(({ check }) => check === '')).toEqual([])
  })
})

describe('keys and indexes', () => {
  test('unique ones of tenant tables begin with tenant_id', async () => {
    const unique = await rows<Key>(
      `
      select i.indrelid::regclass::text as table, i.indexrelid::regclass::text as name, a.attname as first
      from pg_index i left join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
      where i.indisunique and i.indrelid::regclass::text = any ($1)`,
      [tenantTables],
    )
    expect(new Set(unique.map(({ table }) => table))).toEqual(new Set(tenantTables))
    expect(unique.filter(({ first }) => first !== 'tenant_id')).toEqual([])
  })

  test('foreign ones between tenant tables begin with tenant_id on both sides', async () => {
    const foreign = await rows<Key>(
      `
      select c.conrelid::regclass::text as table, c.conname as name, c.confrelid::regclass::text as target,
        array(select attname::text from pg_attribute where attrelid = c.conrelid and attnum = c.conkey[1]
          union all select attname::text from pg_attribute where attrelid = c.confrelid and attnum = c.confkey[1]) as columns
      from pg_constraint c where c.contype = 'f' and c.conrelid::regclass::text = any ($1)`,
      [tenantTables],
    )
    const between = foreign.filter(({ target }) => target !== 'tenants')
    expect(between.length).toBeGreaterThan(2)
    for (const { name, columns } of between) {
      expect({ name, columns }).toEqual({ name, columns: ['tenant_id', 'tenant_id'] })
    }
    expect(
      foreign.filter(({ target }) => sharedTables.includes(target ?? '') && target !== 'tenants'),
    ).toEqual([])
  })
})
