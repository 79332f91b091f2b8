import { expect, test } from 'vitest'
import { freshDatabase } from '../support/database.ts'
import { startTestApp } from '../support/app.ts'

const database = await freshDatabase()

test.runIf(database.kind === 'server')(
  'the server refuses to serve as a login that row security would not bind, and says why',
  async () => {
    const start = async (url: string) => {
      const app = await startTestApp({ database, settings: { BULKHEAD_DATABASE_URL: url } })
      await app.close()
    }
    const plain = database.settings['BULKHEAD_DATABASE_URL'] ?? ''
    const { username, pathname } = new URL(plain)
    const asOwner = (sql: string) => database.asOwner((client) => client.query(sql))
    await expect(start(plain)).resolves.toBeUndefined()

    await expect(start(database.migrationUrl ?? '')).rejects.toThrow(/lacks the roles|owns/)
    for (const [power, sentence] of [
      ['superuser', /is a superuser/],
      ['bypassrls', /may bypass row security/],
      ['createrole', /may create roles/],
    ] as const) {
      await asOwner(`alter role "${username}" ${power}`)
      await expect(start(plain)).rejects.toThrow(sentence)
      await asOwner(`alter role "${username}" no${power}`)
    }
    await asOwner(`grant temporary on database "${pathname.slice(1)}" to public`)
    await expect(start(plain)).rejects.toThrow(/may create temporary tables/)
    await asOwner(`revoke temporary on database "${pathname.slice(1)}" from public`)
    await asOwner(`grant create on schema public to "${username}"`)
    await expect(start(plain)).rejects.toThrow(/may create tables/)
    await asOwner(`revoke create on schema public from "${username}"`)
    await expect(start(plain)).resolves.toBeUndefined()
  },
)

test('a database that another program has migrated further, or not far enough, is refused', async () => {
  const set = (sql: string) => database.asOwner((client) => client.query(sql))
  await set("insert into schema_migrations (number, name, checksum) values (2, '0002_future.sql', 'x')")
  await expect(startTestApp({ database })).rejects.toThrow(/newer version/)
  await set('delete from schema_migrations where number = 2')
  await set("update schema_migrations set checksum = 'x'")
  await expect(startTestApp({ database })).rejects.toThrow(/was changed after it had been applied/)
  await database.drop()
})
