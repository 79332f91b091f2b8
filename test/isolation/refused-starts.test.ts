import { afterAll, expect, test } from 'vitest'
import { grantRolesSql } from '#platform/db/roles.ts'
import { freshDatabase, startTestApp } from '../support/app.ts'

const database = await freshDatabase()
afterAll(() => database.drop())

const asOwner = (sql: string) => database.asOwner((client) => client.query(sql))
const start = async (settings: Record<string, string> = {}) => {
  const app = await startTestApp({ database, settings, worker: false })
  await app.close()
}

/** Logins are the whole cluster's: changing the one that other tests serve with would stop them. */
async function ownLogin() {
  const url = new URL(database.settings['BULKHEAD_DATABASE_URL'] ?? '')
  const login = `${url.pathname.slice(1)}_login`
  await asOwner(`create role ${login} login password '${login}'; ${grantRolesSql(login)}`)
  url.username = url.password = login
  return { login, url: url.href, database: url.pathname.slice(1) }
}

test.runIf(database.kind === 'server')(
  'the server refuses to serve as a login that row security would not bind, and says why',
  async () => {
    const own = await ownLogin()
    const startAs = (url: string) => start({ BULKHEAD_DATABASE_URL: url })
    await expect(startAs(own.url)).resolves.toBeUndefined()

    await expect(startAs(database.migrationUrl ?? '')).rejects.toThrow(/lacks the roles|owns/)
    for (const [change, undo, sentence] of [
      [`alter role ${own.login} superuser`, `alter role ${own.login} nosuperuser`, 'is a superuser'],
      [
        `create role ${own.login}_group bypassrls; grant ${own.login}_group to ${own.login}`,
        `drop role ${own.login}_group`,
        `is a member of ${own.login}_group, which may bypass row security`,
      ],
      [
        `create role ${own.login}_admins superuser; grant ${own.login}_admins to ${own.login}`,
        `drop role ${own.login}_admins`,
        `is a member of ${own.login}_admins, which is a superuser`,
      ],
      [
        `grant temporary on database ${own.database} to public`,
        `revoke temporary on database ${own.database} from public`,
        'may create temporary tables',
      ],
    ] as const) {
      await asOwner(change)
      await expect(startAs(own.url)).rejects.toThrow(`login ${own.login} ${sentence}`)
      await asOwner(undo)
    }
    await asOwner(`revoke bulkhead_jobs from ${own.login}`)
    await expect(startAs(own.url)).rejects.toThrow('lacks the roles bulkhead_jobs. Run `bulkhead migrate`')
    await asOwner(`drop role ${own.login}`)
  },
)

test.runIf(database.kind === 'server')(
  'a default for what only a transaction may set is refused with its origin and the way to take it away',
  async () => {
    const own = await ownLogin()
    const startAs = () => start({ BULKHEAD_DATABASE_URL: own.url })
    const role = `role ${own.login}`
    const name = `database ${own.database}`
    for (const [where, setting, value, origin] of [
      [role, 'app.tenant_id', '01890a5d-ac96-774b-bcce-b302099a8057', role],
      [name, 'app.platform', 'on', name],
      [`${role} in ${name}`, 'app.spaces', '{}', `${role} in ${name}`],
      [role, 'role', 'bulkhead_tenant', role],
    ] as const) {
      const undo = `alter ${where} reset ${setting}`
      await asOwner(`alter ${where} set ${setting} = '${value}'`)
      await expect(startAs()).rejects.toThrow(
        `setting ${setting} has a default for ${origin}, which \`${undo}\` takes away (I03).`,
      )
      await asOwner(undo)
    }
    const url = new URL(own.url)
    url.searchParams.set('options', '-c app.partner_id=01890a5d-ac96-774b-bcce-b302099a8057')
    await expect(start({ BULKHEAD_DATABASE_URL: url.href })).rejects.toThrow(
      'setting app.partner_id has a default in postgresql.conf, in the options of the connection',
    )
    await expect(startAs()).resolves.toBeUndefined()
    await asOwner(`drop role ${own.login}`)
  },
)

test('the server refuses to serve a database whose walls have a hole, names it and says what to do', async () => {
  for (const [change, undo, sentence] of [
    [
      'create policy support on chunks to bulkhead_tenant using (true)',
      'drop policy support on chunks',
      'policy support on chunks is true whoever asks',
    ],
    [
      'grant select on files to bulkhead_platform',
      'revoke select on files from bulkhead_platform',
      'table files lets bulkhead_platform select, which is not declared',
    ],
  ] as const) {
    await asOwner(change)
    await expect(start()).rejects.toThrow(new RegExp(`${sentence}.*docs/security/postgres.md`))
    await asOwner(undo)
  }
  await expect(start()).resolves.toBeUndefined()
})

test('a database that another program has migrated further, or not far enough, is refused', async () => {
  await asOwner(
    "insert into schema_migrations (number, name, checksum) values (9999, '9999_future.sql', 'x')",
  )
  await expect(start()).rejects.toThrow(/newer version/)
  await asOwner('delete from schema_migrations where number = 9999')
  await asOwner("update schema_migrations set checksum = 'x'")
  await expect(start()).rejects.toThrow(/was changed after it had been applied/)
})
