import { isDeepStrictEqual } from 'node:util'
import { afterAll, expect, test } from 'vitest'
import { startServer } from '../../bench/server/start-server.ts'
import {
  client,
  createKey,
  createSpaceKey,
  createTenant,
  freshDatabase,
  startTestApp,
  until,
  uploadReady,
  waitUntilReady,
} from '../support/app.ts'
import { scale, testTimeoutMs } from '../support/scale.ts'

const database = await freshDatabase()
const app = await startTestApp({ database })
/** A second process with caches of its own, where two may share a database; else the same server again. */
const second =
  database.kind === 'server'
    ? startServer({ dataDir: database.dataDir, settings: database.settings })
    : undefined
const urls = [app.url, (await second?.ready) ?? app.url]
afterAll(async () => {
  await second?.stop()
  await app.close()
  await database.drop()
})
const acme = await createTenant(app, { slug: 'acme' })
const servers = urls.map((url) => client(url, acme.key))

type Found = { total: number }
const count = async (api: typeof acme.api, query: string) =>
  (await api.post<Found>('/v1/search', { query, mode: 'text', limit: 1, correct: false })).body.total

test(
  `a deleted file is not there in the same instant, ${scale.deletions} times of ${scale.deletions}: not found, not counted, not quoted, not read`,
  async () => {
    const files: { id: string; word: string }[] = []
    for (let i = 0; i < scale.deletions; i++) {
      const word = `quick${String.fromCodePoint(97 + (i % 26), 97 + (Math.floor(i / 26) % 26), 97 + Math.floor(i / 676))}word`
      const { body } = await acme.api.upload<{ id: string }>(
        `${word}.md`,
        `Common ground. The ${word} is here.`,
      )
      files.push({ id: body.id, word })
    }
    for (const { id } of files) await waitUntilReady(acme.api, id)
    const wrong = []
    // The last first: of equals the earlier ones rank higher, and a count could be right by seeing only those.
    for (const [i, file] of files.toReversed().entries()) {
      const left = files.length - i
      const before = await Promise.all(servers.map((api) => visible(api, file)))
      if (before.some((seen) => !isDeepStrictEqual(seen, { ...whole, common: left }))) wrong.push(before)
      await servers[i % 2]!.delete(`/v1/files/${file.id}`)
      const after = await Promise.all(servers.map((api) => visible(api, file)))
      if (after.some((seen) => !isDeepStrictEqual(seen, { ...gone, common: left - 1 }))) wrong.push(after)
    }
    expect(wrong).toEqual([])
  },
  testTimeoutMs * 3,
)

const whole = { found: 1, quoted: true, listed: 1, statuses: [200, 200, 200, 200] }
const gone = { found: 0, quoted: false, listed: 0, statuses: [404, 404, 404, 404] }

/** Everything that shows a file. */
async function visible(api: typeof acme.api, { id, word }: { id: string; word: string }) {
  const [found, common, asked, list, ...byId] = await Promise.all([
    count(api, word),
    count(api, 'common ground'),
    api.post<{ refused: boolean }>('/v1/ask', { question: `Where is the ${word}?` }),
    api.get<{ data: { id: string }[] }>(`/v1/files?name=${word}`),
    ...['', '/text', '/chunks', '/content'].map((part) => api.get(`/v1/files/${id}${part}`)),
  ])
  const listed = list.body.data.filter((file) => file.id === id).length
  return { found, common, quoted: !asked.body.refused, listed, statuses: byId.map(({ status }) => status) }
}

test(
  `a revoked key is refused in the same instant by every process, ${scale.revocations} times of ${scale.revocations}`,
  async () => {
    const outcomes = []
    for (let i = 0; i < scale.revocations; i++) {
      const made = await acme.api.post<{ id: string; secret: string }>('/v1/keys', { name: 'short' })
      const keyed = urls.map((url) => client(url, made.body.secret))
      outcomes.push((await Promise.all(keyed.map((api) => api.get('/v1/files')))).map(({ status }) => status))
      await servers[i % 2]!.delete(`/v1/keys/${made.body.id}`)
      const replies = await Promise.all(
        keyed.flatMap((api) => [
          api.get('/v1/files'),
          api.post('/v1/search', { query: 'x' }),
          api.upload('a.txt', 'a'),
        ]),
      )
      outcomes.push(replies.map(({ status }) => status))
    }
    const refused = Array.from({ length: 6 }, () => 401)
    expect(outcomes).toEqual(Array.from({ length: scale.revocations }, () => [[200, 200], refused]).flat())
  },
  testTimeoutMs * 3,
)

test('the keys of a suspended tenant are refused by the next request, those below it too, its neighbour’s are not', async () => {
  const { tenant, api } = await createTenant(app, { slug: 'paused' })
  const space = client(app.url, await createKey(api, { name: 'space', space: 'default' }))
  await app.platform.post(`/v1/tenants/${tenant.id}/suspend`)
  const statuses = await Promise.all(
    [api, space, acme.api].map(async (one) => (await one.get('/v1/me')).status),
  )
  expect(statuses).toEqual([403, 403, 200])
})

test('the jobs of a suspended tenant wait until it is resumed, and its neighbour’s do not', async () => {
  const { tenant, api } = await createTenant(app, { slug: 'waiting' })
  // The one reading process is busy with these, so that the last file is still queued when the tenant is suspended.
  const long = 'A sentence that has to be read and cut into pieces first.\n\n'.repeat(20_000)
  for (let i = 0; i < 3; i++) await acme.api.upload(`long${i}.md`, long)
  const { body } = await api.upload<{ id: string }>('late.md', 'The lateword.')
  await app.platform.post(`/v1/tenants/${tenant.id}/suspend`)

  await until('the job is put off', async () => ((await putOff()) > 0 ? true : undefined))
  await uploadReady(acme.api, 'after.md', 'The afterword.')
  await app.platform.post(`/v1/tenants/${tenant.id}/resume`)
  await waitUntilReady(api, body.id)
  expect(await count(api, 'lateword')).toBe(1)
})

/** Jobs that wait for a later time because their tenant is out of use. */
async function putOff(): Promise<number> {
  const { rows } = await app.db.system('run-jobs', (tx) =>
    tx.execute(
      "select count(*)::int as jobs from pgboss.job where state < 'active' and start_after > now() + interval '30 seconds'",
    ),
  )
  return Number(rows[0]?.['jobs'])
}

test('a file uploaded through one space is in no other at any moment', async () => {
  const other = await createSpaceKey(app, acme, { slug: 'other' })
  const { body } = await acme.api.upload<{ id: string }>('moment.md', 'The momentword.')
  await until('the file is found', async () => {
    expect(await count(other.api, 'momentword')).toBe(0)
    return (await count(acme.api, 'momentword')) > 0 ? true : undefined
  })
  expect((await other.api.get(`/v1/files/${body.id}`)).status).toBe(404)
})
