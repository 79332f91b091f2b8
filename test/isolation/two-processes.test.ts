import { afterAll, expect, test } from 'vitest'
import { readConfig } from '#config.ts'
import { migrateDatabase } from '../../src/app.ts'
import { startServer } from '../../bench/server/start-server.ts'
import { client, freshDatabase, startTestApp, uploadReady } from '../support/app.ts'
import { createPerson, grant } from '../support/people.ts'

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

/** A process of its own takes seconds to start. */
const startedTimeoutMs = 180_000

test(
  'what one server said is ready the other finds with its next search, and what one deleted the other does not',
  async () => {
    if (database.kind === 'embedded') return // it has one process, see above
    const other = startServer({ dataDir: database.dataDir, settings: database.settings })
    try {
      const there = client(await other.ready, app.keys.tenant)
      const total = async (api: typeof there) => {
        const query = { query: 'halcyon', mode: 'text' }
        const { status, body } = await api.post<{ total: number }>('/v1/search', query)
        expect(status).toBe(200)
        return body.total
      }
      const servers = [app.tenant, there] as const
      // Both have the space in memory from here on.
      expect([await total(servers[0]), await total(servers[1])]).toEqual([0, 0])
      for (let round = 0; round < 3; round++) {
        const [here, beyond] = round % 2 === 0 ? servers : ([servers[1], servers[0]] as const)
        const { id } = await uploadReady(here, 'lease.md', `A halcyon lease, ${round} times.`)
        expect(await total(beyond)).toBe(1)
        expect((await beyond.delete(`/v1/files/${id}`)).status).toBe(204)
        expect(await total(here)).toBe(0)
      }
    } finally {
      await other.stop()
    }
  },
  startedTimeoutMs,
)

test(
  'a grant, a role or a user that one server takes away is gone for the next request to the other',
  async () => {
    if (database.kind === 'embedded') return // it has one process, see above
    const other = startServer({ dataDir: database.dataDir, settings: database.settings })
    try {
      const url = await other.ready
      const { id: file } = await uploadReady(app.tenant, 'deed.md', 'A deed of the other house.')
      const person = await createPerson(app, app.tenant, { roles: ['guest'] })
      const there = client(url, person.key)
      const statusThere = async () => (await there.get(`/v1/files/${file}`)).status
      for (let round = 0; round < 10; round++) {
        const granted = await grant(app.tenant, { user: person.id, file })
        expect(await statusThere()).toBe(200)
        await app.tenant.delete(`/v1/grants/${granted}`)
        expect(await statusThere()).toBe(404)
      }
      await grant(app.tenant, { user: person.id, file })
      await app.tenant.put(`/v1/users/${person.id}/roles`, { roles: [] })
      expect(await statusThere()).toBe(403)
      await app.tenant.put(`/v1/users/${person.id}/roles`, { roles: ['guest'] })
      expect(await statusThere()).toBe(200)
      await app.tenant.post(`/v1/users/${person.id}/deactivate`)
      expect(await statusThere()).toBe(401)
    } finally {
      await other.stop()
    }
  },
  startedTimeoutMs,
)
