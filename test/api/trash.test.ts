import { afterAll, expect, test } from 'vitest'
import {
  createSpaceKey,
  createTenant,
  startTestApp,
  until,
  uploadReady,
  waitUntilReady,
} from '../support/app.ts'

let now = new Date()
const app = await startTestApp({ clock: { now: () => now } })
afterAll(() => app.close())
const acme = await createTenant(app, { slug: 'acme' })
const { api } = acme

type File = {
  id: string
  name: string
  status: string
  sha256: string
  version_id: string
  external_id: string | null
}
type Version = { id: string; number: number; is_live: boolean; sha256: string }
type Page<T> = { data: T[] }
type Found = { total: number; results: { file_id: string; text: string }[] }
type Results = { results: { status: number; file?: File; error: { code: string } | null }[] }

const find = async (query: string, of = api) =>
  (await of.post<Found>('/v1/search', { query, mode: 'text' })).body
const findings = () =>
  until('every job is done', async () => {
    const { rows } = await app.db.system('run-jobs', ({ execute }) =>
      execute("select from pgboss.job where state < 'completed' and start_after <= now()"),
    )
    return rows.length === 0 ? (await app.checkIntegrity()).findings : undefined
  })

test('what is in the trash is found, listed, read and counted nowhere, and comes back as it was', async () => {
  const file = await uploadReady(api, 'gone.md', 'The quaggaword.', {
    external_id: 'q',
    metadata: '{"a":"b"}',
  })
  const before = (await api.get<File>(`/v1/files/${file.id}`)).body
  const [chunk] = (await api.get<Page<{ id: string }>>(`/v1/files/${file.id}/chunks`)).body.data
  expect((await api.delete(`/v1/files/${file.id}`)).status).toBe(204)
  expect((await find('quaggaword')).total).toBe(0)
  for (const path of ['', '/content', '/text', '/chunks', '/versions', '/versions/1/content'])
    expect((await api.get(`/v1/files/${file.id}${path}`)).status, path).toBe(404)
  expect((await api.get(`/v1/chunks/${chunk!.id}`)).status).toBe(404)
  for (const reply of [
    await api.patch(`/v1/files/${file.id}`, { name: 'x' }),
    await api.post(`/v1/files/${file.id}/reindex`),
    await api.post(`/v1/files/${file.id}/copy`, {}),
    await api.post(`/v1/files/${file.id}/versions/1/restore`),
    await api.post('/v1/search', { like: { file: file.id } }),
    await api.delete(`/v1/files/${file.id}`),
  ])
    expect(reply.status).toBe(404)
  expect((await api.get<Page<File>>('/v1/files?external_id=q')).body.data).toEqual([])
  const suggested = await api.get<{ words: string[]; files: object[] }>('/v1/search/suggestions?q=gone')
  expect(suggested.body.files).toEqual([])
  const trashed = (await api.get<Page<File>>('/v1/files?trashed=true')).body.data
  expect(trashed).toMatchObject([{ id: file.id, status: 'trashed' }])
  expect(await findings()).toEqual([])

  const restored = (await api.post<File>(`/v1/files/${file.id}/restore`)).body
  expect({ ...restored, updated_at: '' }).toEqual({ ...before, updated_at: '' })
  expect((await find('quaggaword')).results.map(({ file_id }) => file_id)).toEqual([file.id])
  expect((await api.post(`/v1/files/${file.id}/restore`)).status).toBe(404)
  expect(await findings()).toEqual([])
})

test('an external id is free while its file is in the trash, and taken when that comes back', async () => {
  const first = await uploadReady(api, 'one.txt', 'one', { external_id: 'again' })
  await api.delete(`/v1/files/${first.id}`)
  const second = await uploadReady(api, 'two.txt', 'two', { external_id: 'again' })
  expect(await api.post(`/v1/files/${first.id}/restore`)).toMatchObject({
    status: 409,
    body: { code: 'files.conflict' },
  })
  await api.patch(`/v1/files/${second.id}`, { external_id: null })
  expect((await api.post<File>(`/v1/files/${first.id}/restore`)).body.external_id).toBe('again')
})

test('what was not read yet when it was thrown away is read when it comes back', async () => {
  const { body } = await api.upload<File>('early.md', 'The earlyword.')
  await api.delete(`/v1/files/${body.id}`)
  expect(await findings()).toEqual([])
  await api.post(`/v1/files/${body.id}/restore`)
  await waitUntilReady(api, body.id)
  expect((await find('earlyword')).total).toBe(1)
})

test('for good, nothing is left: no row, no chunk, no bytes', async () => {
  const [one, two] = [
    await uploadReady(api, 'a.md', 'The erasedword.'),
    await uploadReady(api, 'b.md', 'Another.'),
  ]
  await api.delete(`/v1/files/${two.id}`)
  const { body } = await api.post<Results>('/v1/files/delete', {
    ids: [one.id, two.id, 'fil_00000000000000000000000000', one.id],
    permanent: true,
  })
  expect(body.results.map(({ status }) => status)).toEqual([204, 204, 404, 404])
  expect(body.results[2]?.error?.code).toBe('files.not_found')
  expect(await findings()).toEqual([])
  expect((await api.post(`/v1/files/${two.id}/restore`)).status).toBe(404)
})

test('a space says how long its trash keeps things, and whether it has one', async () => {
  const { space, api: own } = await createSpaceKey(app, acme, { slug: 'short' })
  await acme.api.patch(`/v1/spaces/${space.id}`, { trash_days: 2 })
  const file = await uploadReady(own, 'a.md', 'The briefword.')
  await own.delete(`/v1/files/${file.id}`)
  now = new Date(now.getTime() + 25 * 3600 * 1000)
  await acme.api.patch(`/v1/spaces/${space.id}`, { trash_days: 2 })
  await findings()
  expect((await own.get<Page<File>>('/v1/files?trashed=true')).body.data).toHaveLength(1)
  await acme.api.patch(`/v1/spaces/${space.id}`, { trash_days: 1 })
  expect(await findings()).toEqual([])
  expect((await own.get<Page<File>>('/v1/files?trashed=true')).body.data).toEqual([])

  await acme.api.patch(`/v1/spaces/${space.id}`, { trash_days: 0 })
  const second = await uploadReady(own, 'b.md', 'Gone at once.')
  await own.delete(`/v1/files/${second.id}`)
  expect((await own.post(`/v1/files/${second.id}/restore`)).status).toBe(404)
  expect(await findings()).toEqual([])
})

test('versions are listed, fetched and brought back, and a replacement takes the earlier ones with it', async () => {
  const put = (text: string, on_conflict: string) =>
    api.upload<File>('v.md', text, { external_id: 'versioned', on_conflict })
  const { body: file } = await put('The firstword.', 'version')
  await waitUntilReady(api, file.id)
  expect((await put('The secondword.', 'version')).status).toBe(200)
  await waitUntilReady(api, file.id)
  const list = async () => (await api.get<Page<Version>>(`/v1/files/${file.id}/versions`)).body.data
  expect(await list()).toMatchObject([
    { number: 2, is_live: true },
    { number: 1, is_live: false },
  ])
  const content = async (n: number | string) => {
    const { status, body } = await api.get(`/v1/files/${file.id}/versions/${n}/content`)
    return status === 200 ? Buffer.from(body as Uint8Array).toString() : status
  }
  expect([await content(1), await content(2), await content(3), await content('x')]).toEqual([
    'The firstword.',
    'The secondword.',
    404,
    404,
  ])
  expect([(await find('firstword')).total, (await find('secondword')).total]).toEqual([0, 1])
  const restored = await api.post<File>(`/v1/files/${file.id}/versions/1/restore`)
  expect(restored).toMatchObject({ status: 202, body: { sha256: file.sha256 } })
  await waitUntilReady(api, file.id)
  expect([(await find('firstword')).total, (await find('secondword')).total]).toEqual([1, 0])
  expect(await content(3)).toBe('The firstword.')

  await put('The lastword.', 'replace')
  await waitUntilReady(api, file.id)
  expect(await list()).toMatchObject([{ number: 4, is_live: true }])
  expect(await content(1)).toBe(404)
  expect(await findings()).toEqual([])
})

test('a copy shares nothing with the first one', async () => {
  const file = await uploadReady(api, 'original.md', 'The copiedword.', {
    external_id: 'first',
    metadata: '{"a":"b"}',
  })
  const copy = await api.post<File>(`/v1/files/${file.id}/copy`, { name: 'copy.md', path: 'copies' })
  expect(copy).toMatchObject({ status: 201, body: { external_id: null, metadata: { a: 'b' } } })
  await waitUntilReady(api, copy.body.id)
  expect((await find('copiedword')).total).toBe(2)
  await api.delete(`/v1/files/${file.id}?permanent=true`)
  expect((await find('copiedword')).results.map(({ file_id }) => file_id)).toEqual([copy.body.id])
  expect(await findings()).toEqual([])
  expect((await api.get(`/v1/files/${copy.body.id}/content`)).status).toBe(200)
})

test('several files come in at once, each for itself', async () => {
  const form = new FormData()
  form.append('origin', 'batch')
  form.append('each', JSON.stringify([{ external_id: 'b1', metadata: { n: 1 } }, {}, { external_id: 'b1' }]))
  for (const name of ['1.md', '2.md', '3.md']) form.append('file', new Blob([`The batchword ${name}.`]), name)
  const { status, body } = await api.send<Results>('POST', '/v1/files/batch', { body: form })
  expect(status).toBe(200)
  expect(body.results.map((one) => one.status)).toEqual([201, 201, 409])
  expect(body.results[0]?.file).toMatchObject({ origin: 'batch', metadata: { n: 1 }, external_id: 'b1' })
  for (const { file } of body.results) if (file) await waitUntilReady(api, file.id)
  expect((await find('batchword')).total).toBe(2)
  expect(await findings()).toEqual([])

  const many = new FormData()
  for (let i = 0; i < 101; i++) many.append('file', new Blob(['x']), `${i}.txt`)
  expect((await api.send('POST', '/v1/files/batch', { body: many })).status).toBe(422)
  const uneven = new FormData()
  uneven.append('each', '[{},{}]')
  uneven.append('file', new Blob(['x']), 'x.txt')
  expect((await api.send('POST', '/v1/files/batch', { body: uneven })).status).toBe(422)
  expect(await findings()).toEqual([])
})
