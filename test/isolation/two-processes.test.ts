import { afterAll, expect, test } from 'vitest'
import { readConfig } from '#config.ts'
import { migrateDatabase } from '../../src/app.ts'
import { freshDatabase, startTestApp } from '../support/app.ts'

const database = await freshDatabase()
const app = await startTestApp({ database })
afterAll(async () => {
  await app.close()
  await database.drop()
})

test('a second server on the same database shares it, or is refused at once where sharing would destroy it', async () => {
  const started = performance.now()
  const second = await startTestApp({ database }).then(
    async (other) => {
      const { status } = await other.tenant.get('/v1/files')
      await other.close()
      return String(status)
    },
    (error: unknown) => String(error),
  )
  expect(second).toMatch(database.kind === 'server' ? /^200$/ : /is in use by process/)
  expect(performance.now() - started).toBeLessThan(database.kind === 'server' ? 30_000 : 1000)
  expect((await app.tenant.get('/v1/files')).status).toBe(200)
})

test('several that migrate at once wait for each other, and an embedded database migrates itself', async () => {
  const url = database.migrationUrl
  const config = readConfig({
    ...database.settings,
    ...(url === undefined ? {} : { BULKHEAD_MIGRATION_DATABASE_URL: url }),
  })
  const outcomes = await Promise.all(
    [1, 2, 3].map(() => migrateDatabase(config).then(({ applied }) => `applied ${applied.length}`, String)),
  )
  const expected = database.kind === 'server' ? /^applied 0$/ : /migrates itself/
  for (const outcome of outcomes) expect(outcome).toMatch(expected)
})
