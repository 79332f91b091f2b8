import { afterAll, expect, test } from 'vitest'
import { freshDatabase, startTestApp } from '../support/app.ts'

const database = await freshDatabase()
afterAll(() => database.drop())

const asOwner = (sql: string) => database.asOwner((client) => client.query(sql))
const start = async (settings: Record<string, string> = {}) => {
  const app = await startTestApp({ database, settings, worker: false })
  await app.close()
}

test.runIf(database.kind === 'server')(
  'the server refuses to serve as a login that row security would not bind, and says why',
  async () => {
    const plain = database.settings['BULKHEAD_DATABASE_URL'] ?? ''
    const { username, pathname } = new URL(plain)
    await expect(start()).resolves.toBeUndefined()

    const asTheOwner = start({ BULKHEAD_DATABASE_URL: database.migrationUrl ?? '' })
    await expect(asTheOwner).rejects.toThrow(/lacks the roles|owns/)
    for (const [change, undo, sentence] of [
      [`alter role "${username}" superuser`, `alter role "${username}" nosuperuser`, 'is a superuser'],
      [
        `create role "${username}_group" bypassrls; grant "${username}_group" to "${username}"`,
        `drop role "${username}_group"`,
        `is a member of ${username}_group, which may bypass row security`,
      ],
      [
        `grant temporary on database "${pathname.slice(1)}" to public`,
        `revoke temporary on database "${pathname.slice(1)}" from public`,
        'may create temporary tables',
      ],
    ] as const) {
      await asOwner(change)
      await expect(start()).rejects.toThrow(`login ${username} ${sentence}`)
      await asOwner(undo)
    }
    await asOwner(`revoke bulkhead_jobs from "${username}"`)
    await expect(start()).rejects.toThrow(
      `"${username}" lacks the roles bulkhead_jobs. Run \`bulkhead migrate\``,
    )
    await asOwner(`grant bulkhead_jobs to "${username}"`)
    await expect(start()).resolves.toBeUndefined()
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
  await asOwner("insert into schema_migrations (number, name, checksum) values (2, '0002_future.sql', 'x')")
  await expect(start()).rejects.toThrow(/newer version/)
  await asOwner('delete from schema_migrations where number = 2')
  await asOwner("update schema_migrations set checksum = 'x'")
  await expect(start()).rejects.toThrow(/was changed after it had been applied/)
})
