import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, describe, expect, test } from 'vitest'
import { freshDatabase } from '../support/database.ts'

/**
 * Supabase's splinter, the rules that its own users' databases are held to, as the Postgres Language Server ships them.
 * They look at what the roles `anon` and `authenticated` may do in the schemas that an API shows: here both are given
 * the tenant's rights, and the schema is `public`.
 */
const database = await freshDatabase()
const program = join(import.meta.dirname, '../../node_modules/.bin/postgres-language-server')
const apiRoles = ['anon', 'authenticated', 'service_role']

type Diagnostic = { severity: string; category: string; message: string }

/** What splinter says and we do not follow, each with its reason. */
const notFollowed: { category: string; about: RegExp; because: string }[] = [
  {
    category: 'splinter/performance/unusedIndex',
    about: /./,
    because:
      'nothing has been asked of a new database yet; the plans of hot statements have a test of their own',
  },
  {
    category: 'splinter/performance/unindexedForeignKeys',
    about: /`pgboss\.|`public\.keys` has a foreign key `keys_partner_id_tenant_id_fkey`/,
    because: 'the queue is its library’s; a tenant’s keys are found by the index on tenant_id',
  },
  {
    category: 'splinter/security/functionSearchPathMutable',
    about: /`pgboss\./,
    because: 'the library makes them, and they run as their caller',
  },
  {
    category: 'splinter/performance/authRlsInitplan',
    about: /`(\w+_wall|presented_\w+|part_\w+|erasure|numbering|archiv\w+|redacting|ending|space_record)`/,
    because:
      'the tenant is a bare setting, of which the planner makes one question a statement; all others stand in a subquery, inside nullif, and the rule looks for them right after the word select',
  },
  {
    category: 'splinter/performance/multiplePermissivePolicies',
    about: /`public\.(tenants|partners)` has multiple permissive policies for role `bulkhead_system`/,
    because: 'each kind of credential shows the tenant and the partner that it names',
  },
]

const sql = (text: string) => database.asOwner((client) => client.query(text))

async function lint(): Promise<string[]> {
  const { stdout } = await promisify(execFile)(
    program,
    ['dblint', '--connection-string', urlOfOwner(), '--reporter=json'],
    { cwd: database.dataDir },
  ).catch((error: unknown) => {
    // It leaves with 1 when it found errors, and says which all the same.
    if (error instanceof Error && 'stdout' in error) return { stdout: String(error.stdout) }
    throw error
  })
  const { diagnostics } = JSON.parse(stdout) as { diagnostics: Diagnostic[] }
  return diagnostics
    .map((found) => ({ ...found, message: found.message.replaceAll('\\`', '`') }))
    .filter(
      ({ category, message }) =>
        !notFollowed.some((rule) => rule.category === category && rule.about.test(message)),
    )
    .map(({ category, message }) => `${category} ${message}`)
}

/** The owner sees everything that the rules ask for. */
function urlOfOwner(): string {
  return database.migrationUrl ?? ''
}

describe.runIf(database.kind === 'server')('splinter', () => {
  afterAll(async () => {
    await sql(`drop owned by ${apiRoles.join(', ')}; drop role ${apiRoles.join(', ')}`)
    await database.drop()
  })

  test('has nothing to say of the schema, and does speak up when it is broken', async () => {
    await sql(apiRoles.map((role) => `create role ${role}; grant bulkhead_tenant to ${role};`).join(' '))
    const name = new URL(urlOfOwner()).pathname.slice(1)
    await sql(`alter database ${name} set pgrst.db_schemas = 'public'`)
    expect(await lint()).toEqual([])

    for (const [change, category, undo] of [
      [
        'create view peek as select * from files; grant select on peek to bulkhead_tenant',
        'splinter/security/securityDefinerView',
        'drop view peek',
      ],
      [
        'alter table files disable row level security',
        'splinter/security/rlsDisabledInPublic',
        'alter table files enable row level security',
      ],
      [
        'create policy more on chunks to bulkhead_tenant using (true)',
        'splinter/performance/multiplePermissivePolicies',
        'drop policy more on chunks',
      ],
      [
        'create materialized view copied as select * from chunks; grant select on copied to bulkhead_tenant',
        'splinter/security/materializedViewInApi',
        'drop materialized view copied',
      ],
    ] as const) {
      await sql(change)
      expect(await lint()).toContainEqual(expect.stringContaining(category))
      await sql(undo)
    }
    expect(await lint()).toEqual([])
  })
})
