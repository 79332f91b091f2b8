import { afterAll, expect, test } from 'vitest'
import {
  client,
  createKey,
  createSpaceKey,
  createTenant,
  startTestApp,
  until,
  uploadReady,
  waitUntilReady,
} from '../support/app.ts'

const app = await startTestApp()
afterAll(() => app.close())
const acme = await createTenant(app, { slug: 'acme' })

type Found = { total: number }
const count = async (api: typeof acme.api, query: string) =>
  (await api.post<Found>('/v1/search', { query, limit: 1 })).body.total

test('a deleted file is neither found nor counted in the same instant, 100 times of 100', async () => {
  const files: { id: string; word: string }[] = []
  for (let i = 0; i < 100; i++) {
    const word = `quick${String.fromCodePoint(97 + (i % 26), 97 + Math.floor(i / 26))}word`
    const { body } = await acme.api.upload<{ id: string }>(`${i}.md`, `Common ground. The ${word} is here.`)
    files.push({ id: body.id, word })
  }
  for (const { id, word } of files) {
    await waitUntilReady(acme.api, id)
    expect(await count(acme.api, word), word).toBe(1)
  }
  const seen = []
  // The last first: of equals the earlier ones rank higher, and a count could be right by seeing only those.
  for (const [i, { id, word }] of files.toReversed().entries()) {
    await acme.api.delete(`/v1/files/${id}`)
    const [found, left, asked] = await Promise.all([
      count(acme.api, word),
      count(acme.api, 'common ground'),
      acme.api.post<{ refused: boolean }>('/v1/ask', { question: `Where is the ${word}?` }),
    ])
    if (found > 0 || left !== files.length - 1 - i || !asked.body.refused) seen.push(word)
  }
  expect(seen).toEqual([])
})

test('a key that was revoked is refused by the next request, whatever it asks for', async () => {
  const made = await acme.api.post<{ id: string; secret: string }>('/v1/keys', { name: 'short' })
  const api = client(app.url, made.body.secret)
  expect((await api.get('/v1/files')).status).toBe(200)
  await acme.api.delete(`/v1/keys/${made.body.id}`)
  const replies = await Promise.all([
    api.get('/v1/files'),
    api.post('/v1/search', { query: 'x' }),
    api.upload('a.txt', 'a'),
  ])
  expect(replies.map(({ status }) => status)).toEqual([401, 401, 401])
})

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
  expect((await api.get<{ status: string }>(`/v1/files/${body.id}`)).body.status).toBe('queued')

  await app.db.system('run-jobs', (tx) =>
    tx.execute("update pgboss.job set start_after = now() where state < 'active'"),
  )
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
