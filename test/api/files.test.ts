import { afterAll, expect, test } from 'vitest'
import { createKey, createTenant, startTestApp, uploadReady, client, waitUntilReady } from '../support/app.ts'

const app = await startTestApp()
afterAll(() => app.close())
const acme = await createTenant(app, { slug: 'acme' })
await acme.api.post('/v1/spaces', { slug: 'list', intelligence: false })
const list = client(app.url, await createKey(acme.api, { name: 'list', space: 'list' }))

type File = {
  id: string
  name: string
  status: string
  version_id: string
  metadata: object
  updated_at: string
}
type Page = { data: File[]; next_cursor: string | null }
type Found = { total: number; results: { version_id: string }[] }

for (let i = 0; i < 5; i++) {
  await list.upload(`report-${i}.txt`, `text ${i}`, {
    external_id: `doc|${i}`,
    origin: i % 2 ? 'crm' : 'mail',
    metadata: JSON.stringify({ year: 2020 + i, team: i % 2 ? 'red' : 'blue' }),
  })
}

const names = async (query: string) => {
  const { status, body } = await list.get<Page>(`/v1/files?${query}`)
  expect(status, JSON.stringify(body)).toBe(200)
  return body.data.map(({ name }) => name)
}

test('files are listed newest first, in pages that hold each of them once while others come and go', async () => {
  const seen: string[] = []
  for (let cursor: string | null = ''; cursor !== null;) {
    const page: { body: Page } = await list.get(`/v1/files?limit=2${cursor && `&cursor=${cursor}`}`)
    seen.push(...page.body.data.map(({ name }) => name))
    cursor = page.body.next_cursor
    const extra = await list.upload<File>('extra.txt', 'x')
    await list.delete(`/v1/files/${extra.body.id}`)
  }
  expect(seen).toEqual([4, 3, 2, 1, 0].map((i) => `report-${i}.txt`))
})

test.each([
  ['external_id=doc%7C3', [3]],
  ['origin=crm', [3, 1]],
  ['metadata.team=blue', [4, 2, 0]],
  ['metadata.team=blue&metadata.year=2022', [2]],
  ['name=REPORT-1', [1]],
  ['name=report_1', []],
  ['name=%25', []],
  ['status=stored&limit=1', [4]],
  ['status=ready', []],
  ['type=text%2Fhtml', []],
  ['created_after=2001-01-01T00:00:00Z&name=report-0', [0]],
  ['created_before=2001-01-01T00:00:00Z', []],
  ['metadata.none=1', []],
] as const)('a list filtered by %s holds exactly what matches', async (query, expected) => {
  expect(await names(query)).toEqual(expected.map((i) => `report-${i}.txt`))
})

test('left out, the space is the one of the key or the default one; `*` has to be said', async () => {
  await uploadReady(acme.api, 'default.md', 'In the default space.')
  const listed = async (query: string) => (await acme.api.get<Page>(`/v1/files${query}`)).body.data.length
  expect(await listed('')).toBe(1)
  expect(await listed('?space=list')).toBe(5)
  expect(await listed('?space=*')).toBe(6)
  expect(await names('space=*')).toHaveLength(5)
})

test('name, origin and metadata can be changed, and a search shows them at once', async () => {
  const { id } = await uploadReady(acme.api, 'before.md', 'The numbatword.', { metadata: '{"a":"1"}' })
  const change = { name: '../after.md', origin: 'hand', metadata: { b: ['x', 'y'], c: 1.5, d: true } }
  const changed = await acme.api.patch<File>(`/v1/files/${id}`, change)
  expect(changed.body).toMatchObject({ ...change, name: 'after.md', status: 'ready' })
  const found = await acme.api.post('/v1/search', { query: 'numbatword', mode: 'text' })
  expect(found.body).toMatchObject({ results: [{ file_name: 'after.md', metadata: change.metadata }] })
})

test('a deleted file is gone in the same instant, bytes, text and index', async () => {
  const { id } = await uploadReady(acme.api, 'gone.md', 'The dodoword.')
  expect((await acme.api.post<Found>('/v1/search', { query: 'dodoword', mode: 'text' })).body.total).toBe(1)
  expect((await acme.api.delete(`/v1/files/${id}`)).status).toBe(204)
  expect((await acme.api.post<Found>('/v1/search', { query: 'dodoword', mode: 'text' })).body.total).toBe(0)
  for (const part of ['', '/content', '/text', '/chunks']) {
    expect((await acme.api.get(`/v1/files/${id}${part}`)).status, part).toBe(404)
  }
  expect((await acme.api.delete(`/v1/files/${id}`)).status).toBe(404)
})

test('a file that is read again stays found until its new version replaces the old one', async () => {
  const { id } = await uploadReady(acme.api, 'again.md', 'The potooword.')
  const before = (await acme.api.get<File>(`/v1/files/${id}`)).body
  const queued = await acme.api.post<File>(`/v1/files/${id}/reindex`)
  expect(queued).toMatchObject({ status: 202, body: { status: 'queued', version_id: before.version_id } })
  expect((await acme.api.post<Found>('/v1/search', { query: 'potooword', mode: 'text' })).body.total).toBe(1)
  await waitUntilReady(acme.api, id)
  const after = (await acme.api.get<File>(`/v1/files/${id}`)).body
  const found = (await acme.api.post<Found>('/v1/search', { query: 'potooword', mode: 'text' })).body
  expect(after.version_id).not.toBe(before.version_id)
  expect(found.results.map(({ version_id }) => version_id)).toEqual([after.version_id])
})

test('a stored file is found once it has been read by hand', async () => {
  const { body } = await list.upload<File>('by-hand.md', 'The kagouword.')
  expect((await list.get(`/v1/files/${body.id}/text`)).body).toMatchObject({ code: 'files.not_ready' })
  expect((await list.post<File>(`/v1/files/${body.id}/reindex`)).status).toBe(202)
  await waitUntilReady(list, body.id)
  expect((await list.post<Found>('/v1/search', { query: 'kagouword', mode: 'text' })).body.total).toBe(1)
})
