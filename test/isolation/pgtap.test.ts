import { afterAll, expect, test } from 'vitest'
import {
  queueGrants,
  sharedTables,
  sharedTableWalls,
  tenantTableGrants,
  tenantTableWalls,
} from '#platform/db/catalogue/declared.ts'
import { servingRoles } from '#platform/db/roles.ts'
import { tenantTables } from '#platform/db/tables.generated.ts'
import { openSession } from '../support/act-as.ts'
import { freshDatabase } from '../support/database.ts'

/** The declaration held against the database by pgTAP, which asks PostgreSQL in its own way. */
const database = await freshDatabase()
const { client, rows, close } = await openSession(database)
afterAll(close)

const [found] =
  database.kind === 'server'
    ? await rows<{ version: string }>(
        "select default_version as version from pg_available_extensions where name = 'pgtap'",
      )
    : []
// Where every change is tested it has to be there; elsewhere the line says what is missing.
if (database.kind === 'server' && !found) {
  if (process.env['CI']) throw new Error('pgTAP is missing: apt-get install postgresql-15-pgtap')
  process.stderr.write('pgTAP is not installed (Debian: postgresql-15-pgtap): its assertions are skipped\n')
}

const list = (names: readonly string[]) => `array[${names.map((name) => `'${name}'`).join(', ')}]::name[]`
const privileges = (held: readonly string[] = []) => list(held.map((privilege) => privilege.toUpperCase()))

/** Rights on single columns have assertions of their own. */
const ofTables = (held: readonly string[] = []) => held.filter((privilege) => !privilege.includes('('))

const columns = await rows<{ table: string; name: string }>(
  "select table_name as table, column_name as name from information_schema.columns where table_schema = 'public'",
)
const columnsOf = (table: string) => columns.filter((one) => one.table === table).map(({ name }) => name)

function assertionsOn(table: string): string[] {
  const walls = sharedTableWalls[table] ?? tenantTableWalls(table, columnsOf(table))
  const grants = sharedTables[table]?.grants ?? tenantTableGrants(table, columnsOf(table))
  return [
    `policies_are('public', '${table}', ${list(Object.keys(walls))})`,
    ...Object.entries(walls).flatMap(([name, { role, command }]) => [
      `policy_roles_are('public', '${table}', '${name}', ${list([role])})`,
      `policy_cmd_is('public', '${table}', '${name}'::name, '${command.toLowerCase()}')`,
    ]),
    ...servingRoles.map(
      (role) => `table_privs_are('public', '${table}', '${role}', ${privileges(ofTables(grants[role]))})`,
    ),
  ]
}

const assertions = [
  `tables_are('public', ${list([...Object.keys(sharedTables), ...tenantTables])})`,
  `views_are('public', '{}'::name[])`,
  `materialized_views_are('public', '{}'::name[])`,
  `foreign_tables_are('public', '{}'::name[])`,
  `functions_are('public', ${list(['erasing_predicate', 'file_predicate', 'folder_predicate', 'make_part_table', 'make_tenant_table', 'of_block_predicate', 'of_file_predicate', 'refuse_renumbering', 'refuse_return', 'refuse_rewinding', 'refuse_rewriting', 'setting_predicate', 'space_predicate', 'tenant_predicate'])})`,
  ...tenantTables.flatMap((table) => [
    `col_not_null('public', '${table}', 'tenant_id', 'tenant_id of ${table} is not null')`,
    `col_type_is('public', '${table}', 'tenant_id', 'uuid', 'tenant_id of ${table} is a uuid')`,
  ]),
  ...[...Object.keys(sharedTables), ...tenantTables].flatMap(assertionsOn),
  ...servingRoles.flatMap((role) => [
    `isnt_superuser('${role}')`,
    `database_privs_are(current_database(), '${role}', array['CONNECT']::name[])`,
    `schema_privs_are('public', '${role}', array['USAGE']::name[])`,
    `schema_privs_are('pgboss', '${role}', ${list(role in queueGrants ? ['USAGE'] : [])})`,
    `table_privs_are('pgboss', 'job', '${role}', ${privileges(queueGrants[role])})`,
    ...servingRoles.filter((other) => other !== role).map((other) => `isnt_member_of('${other}', '${role}')`),
  ]),
  `column_privs_are('public', 'keys', 'secret_hash', 'bulkhead_tenant', '{INSERT}'::name[])`,
  `column_privs_are('public', 'keys', 'secret_hash', 'bulkhead_space', '{INSERT}'::name[])`,
  `column_privs_are('public', 'keys', 'secret_hash', 'bulkhead_platform', '{INSERT}'::name[])`,
  `column_privs_are('public', 'keys', 'secret_hash', 'bulkhead_system', '{SELECT}'::name[])`,
]

/** The lines of pgTAP that are not ok, after `change`; everything is taken back. */
async function failures(change: string): Promise<string[]> {
  await client.query('begin')
  try {
    await client.query(
      'create schema tap; create extension pgtap schema tap; set local search_path = public, tap',
    )
    await client.query(change)
    await client.query('select no_plan()')
    const failed: string[] = []
    for (const assertion of assertions) {
      const [line] = await rows<{ said: string }>(`select ${assertion} as said`)
      if (!line?.said.startsWith('ok ')) failed.push(`${assertion}: ${line?.said}`)
    }
    return failed
  } finally {
    await client.query('rollback')
  }
}

test.runIf(found)('pgTAP finds exactly the declared tables, policies and rights', async () => {
  expect(assertions.length).toBeGreaterThan(100)
  expect(await failures('select')).toEqual([])
})

test.runIf(found).each([
  ['grant select on files to bulkhead_platform', 'table_privs_are'],
  ['grant truncate on files to bulkhead_tenant', 'table_privs_are'],
  ['create policy more on files to bulkhead_tenant using (true)', 'policies_are'],
  ['alter policy tenant_wall on files to public', 'policy_roles_are'],
  ['create view peek as select * from files', 'views_are'],
  ['grant bulkhead_tenant to bulkhead_partner', 'isnt_member_of'],
])('after “%s” it does not', async (change, assertion) => {
  const found = await failures(change)
  expect(found.join('\n')).toContain(assertion)
})
