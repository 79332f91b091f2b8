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
const { api } = acme

type Folder = {
  id: string
  name: string
  path: string
  parent_id: string | null
  depth: number
  space_id: string
}
type Page<T> = { data: T[]; next_cursor: string | null }
type File = { id: string; name: string; folder_id: string | null; space_id: string; status: string }
type Found = { total: number; results: { file_id: string; file_name: string }[] }

const make = async (body: object, of = api) => {
  const { status, body: folder } = await of.post<Folder>('/v1/folders', body)
  expect(status, JSON.stringify(folder)).toBe(201)
  return folder
}
const find = async (query: string, body: object = {}, of = api) =>
  (await of.post<Found>('/v1/search', { query, mode: 'text', spaces: '*', ...body })).body

test('folders are made, listed, renamed, moved with what they hold, and deleted', async () => {
  const contracts = await make({ name: 'Contracts' })
  const year = await make({ name: '2026', parent: contracts.id })
  const file = await uploadReady(api, 'lease.md', 'A lemurword.', { folder: year.id })
  expect(year).toMatchObject({ path: 'Contracts/2026', depth: 2, parent_id: contracts.id })
  const archive = await make({ name: 'Archive' })

  const moved = await api.patch<Folder>(`/v1/folders/${contracts.id}`, { parent: archive.id, name: 'Old' })
  expect(moved.body).toMatchObject({ path: 'Archive/Old', depth: 2 })
  expect((await api.get<Folder>(`/v1/folders/${year.id}`)).body.path).toBe('Archive/Old/2026')
  const inside = await api.get<Page<Folder>>(`/v1/folders?parent=${archive.id}&recursive=true`)
  expect(inside.body.data.map(({ path }) => path).sort()).toEqual(['Archive/Old', 'Archive/Old/2026'])
  const atTop = await api.get<Page<Folder>>('/v1/folders?parent=%2F')
  expect(atTop.body.data.map(({ name }) => name)).toEqual(['Archive'])
  const byPath = await api.get<Page<Folder>>('/v1/folders?path=archive/OLD/2026')
  expect(byPath.body.data.map(({ id }) => id)).toEqual([year.id])

  expect(await api.delete(`/v1/folders/${archive.id}`)).toMatchObject({
    status: 409,
    body: { code: 'folders.not_empty' },
  })
  expect((await find('lemurword')).total).toBe(1)
  expect((await api.delete(`/v1/folders/${archive.id}?force=true`)).status).toBe(204)
  expect((await find('lemurword')).total).toBe(0)
  for (const path of [`folders/${year.id}`, `folders/${contracts.id}`, `files/${file.id}`])
    expect((await api.get(`/v1/${path}`)).status, path).toBe(404)
  const restored = await api.post<File>(`/v1/files/${file.id}/restore`)
  expect(restored).toMatchObject({ status: 200, body: { status: 'ready' } })
  expect((await find('lemurword')).total).toBe(1)
  const folder = await api.get<Folder>(`/v1/folders/${restored.body.folder_id}`)
  expect(folder.body.path).toBe('Archive/Old/2026')
})

test('a name is taken in its parent alone, whatever its case, width or composition', async () => {
  const parent = await make({ name: 'names' })
  await make({ name: 'Café', parent: parent.id })
  for (const name of ['Café', 'CAFÉ', 'cafe\u0301', 'Ｃafé', ' café ']) {
    const again = await api.post('/v1/folders', { name, parent: parent.id })
    expect(again, name).toMatchObject({ status: 409, body: { code: 'folders.conflict' } })
  }
  // Cyrillic а: another letter, however it looks.
  expect((await api.post('/v1/folders', { name: 'Cаfé', parent: parent.id })).status).toBe(201)
  expect((await api.post('/v1/folders', { name: 'Café' })).status).toBe(201)
  const other = await make({ name: 'other', parent: parent.id })
  expect((await api.patch(`/v1/folders/${other.id}`, { name: 'CAFÉ' })).status).toBe(409)
  expect((await api.patch(`/v1/folders/${other.id}`, { name: 'OTHER' })).status).toBe(200)
})

test.each([
  'a/b',
  'a\\b',
  '..',
  '.',
  ' ',
  '\u200b',
  'a\nb',
  'a\0b',
  'a\u2028b',
  'x'.repeat(256),
  '\ufdfa'.repeat(200),
  '\ud800',
])('%j is no name of a folder', async (name) => {
  expect(await api.post('/v1/folders', { name })).toMatchObject({
    status: 422,
    body: { code: 'input.invalid' },
  })
})

test.each(['a\\b', '..', '.', ' ', '\u200b', 'a\nb', '', 'x'.repeat(256)])(
  'a path with %j in it leads nowhere',
  async (name) => {
    const uploaded = await api.upload('a.txt', 'a', { path: `ok/${name}/ok` })
    expect(uploaded).toMatchObject({ status: 422, body: { code: 'input.invalid' } })
  },
)

test('a folder never gets into itself, and 32 deep is deep enough', async () => {
  const deep = await make({ path: Array.from({ length: 32 }, (_, i) => `d${i}`).join('/') })
  expect(deep.depth).toBe(32)
  expect((await api.post('/v1/folders', { name: 'more', parent: deep.id })).status).toBe(422)
  const [top] = (await api.get<Page<Folder>>('/v1/folders?path=d0')).body.data
  expect((await api.patch(`/v1/folders/${top!.id}`, { parent: deep.id })).status).toBe(409)
  expect((await api.patch(`/v1/folders/${top!.id}`, { parent: top!.id })).status).toBe(409)
  const above = await make({ name: 'above' })
  expect((await api.patch(`/v1/folders/${top!.id}`, { parent: above.id })).status).toBe(409)
  expect((await api.get<Folder>(`/v1/folders/${deep.id}`)).body.depth).toBe(32)
})

test('of moves against each other at once no ring comes about', async () => {
  const { api: own } = await createSpaceKey(app, acme, { slug: 'ring' })
  const names = ['a', 'b', 'c', 'd']
  const folders: Folder[] = []
  for (const name of names) folders.push(await make({ name }, own))
  for (let round = 0; round < 5; round++) {
    const moves = folders.map(({ id }, i) =>
      own.patch(`/v1/folders/${id}`, { parent: folders[(i + 1) % folders.length]!.id }),
    )
    const statuses = (await Promise.all(moves)).map(({ status }) => status)
    expect(statuses.every((status) => status === 200 || status === 409)).toBe(true)
    expect(statuses).toContain(409)
    const all = (await own.get<Page<Folder>>('/v1/folders')).body.data
    expect(all).toHaveLength(names.length)
    for (const { id } of folders) await own.patch(`/v1/folders/${id}`, { parent: null })
  }
})

test('many who name one path at once make it once', async () => {
  const paths = Array.from({ length: 20 }, (_, i) => `shared/${i % 2 ? 'Deep' : 'deep'}/er`)
  const uploads = await Promise.all(paths.map((path, i) => api.upload<File>(`f${i}.txt`, `${i}`, { path })))
  expect(new Set(uploads.map(({ status }) => status))).toEqual(new Set([201]))
  expect(new Set(uploads.map(({ body }) => body.folder_id)).size).toBe(1)
  const [shared] = (await api.get<Page<Folder>>('/v1/folders?path=shared')).body.data
  const direct = await api.get<Page<File>>(`/v1/files?folder=${shared!.id}`)
  const below = await api.get<Page<File>>(`/v1/files?folder=${shared!.id}&recursive=true`)
  expect([direct.body.data.length, below.body.data.length]).toEqual([0, 20])
})

test('a path may end in the name of the file', async () => {
  const { body } = await api.upload<File>('plan.txt', 'x', { path: 'browser/sent/plan.txt' })
  expect((await api.get<Folder>(`/v1/folders/${body.folder_id}`)).body.path).toBe('browser/sent')
})

test('a search within a folder finds what lies in it at any depth, and a moved file from the next search on', async () => {
  const left = await make({ path: 'left/one/two' })
  const right = await make({ name: 'right' })
  const [top] = (await api.get<Page<Folder>>('/v1/folders?path=left')).body.data
  const file = await uploadReady(api, 'a.md', 'The tapirword stands here.', { folder: left.id })
  await uploadReady(api, 'b.md', 'A tapirword in no folder.')
  const totals = async () =>
    Promise.all(
      [{ folders: [top!.id] }, { folders: [right.id] }, { filter: { folders: [left.id] } }, {}].map(
        async (body) => (await find('tapirword', body)).total,
      ),
    )
  expect(await totals()).toEqual([1, 0, 1, 2])
  const both = await find('tapirword', { folders: [top!.id, right.id], facets: ['folder'] })
  expect(both).toMatchObject({
    total: 1,
    facets: { folder: { values: [{ value: left.id, count: 1 }], other: 0 } },
  })
  expect((await find('tapirword', { filter: { not: { folders: [top!.id] } } })).total).toBe(1)
  await api.patch(`/v1/files/${file.id}`, { folder: right.id })
  expect(await totals()).toEqual([0, 1, 0, 2])
  await api.patch(`/v1/folders/${right.id}`, { parent: left.id })
  expect(await totals()).toEqual([1, 1, 1, 2])
  const asked = await api.post('/v1/ask', {
    question: 'Where does the tapirword stand?',
    folders: [right.id],
  })
  expect(asked.body).toMatchObject({ citations: [{ file_id: file.id }] })
  await api.patch(`/v1/files/${file.id}`, { folder: null })
  expect(await totals()).toEqual([0, 0, 0, 2])
})

test('a file lies in folders of its own space alone, by every way in', async () => {
  const there = await createSpaceKey(app, acme, { slug: 'there' })
  const foreign = await make({ name: 'there' }, there.api)
  const own = await make({ name: 'here' })
  const { body: file } = await api.upload<File>('here.txt', 'x', { folder: own.id })
  for (const reply of [
    await api.upload('x.txt', 'x', { folder: foreign.id, space: 'default' }),
    await api.patch(`/v1/files/${file.id}`, { folder: foreign.id }),
    await api.post(`/v1/files/${file.id}/copy`, { folder: foreign.id, space: 'default' }),
    await api.patch(`/v1/folders/${own.id}`, { parent: foreign.id }),
    await api.post('/v1/folders', { name: 'x', parent: foreign.id, space: 'default' }),
    await api.get(`/v1/files?folder=${foreign.id}&space=default`),
  ])
    expect(reply).toMatchObject({ status: 404, body: { code: 'folders.not_found' } })
})

test('hundreds of folders of one parent are listed in pages, each once', async () => {
  const parent = await make({ name: 'crowd' })
  for (let i = 0; i < 250; i++) await make({ name: `n${i}`, parent: parent.id })
  const seen: string[] = []
  for (let cursor: string | null = ''; cursor !== null;) {
    const page: { body: Page<Folder> } = await api.get(
      `/v1/folders?parent=${parent.id}&limit=100${cursor && `&cursor=${cursor}`}`,
    )
    seen.push(...page.body.data.map(({ name }) => name))
    cursor = page.body.next_cursor
  }
  expect(new Set(seen).size).toBe(250)
  expect(seen).toHaveLength(250)
})

test('a file moves to another space with all that is found of it, and is never in both or in none', async () => {
  const there = await createSpaceKey(app, acme, { slug: 'target' })
  const here = client(app.url, await createKey(acme.api, { name: 'here', space: 'default' }))
  const folder = await make({ name: 'arrivals' }, there.api)
  const file = await uploadReady(api, 'mover.md', 'The ibexword moves about.', { metadata: '{"a":"b"}' })
  const counts = async () => [
    (await find('ibexword', {}, here)).total,
    (await find('ibexword', {}, there.api)).total,
    (await find('ibexword')).total,
  ]
  expect(await counts()).toEqual([1, 0, 1])
  for (let round = 0; round < 3; round++) {
    const going = api.patch<File>(`/v1/files/${file.id}`, { space: there.space.id, folder: folder.id })
    const totals: number[] = []
    for (let isOver = false; !isOver;) {
      const settled = await Promise.race([
        going.then(() => true),
        find('ibexword').then(({ total }) => total),
      ])
      if (settled === true) isOver = true
      else totals.push(Number(settled))
    }
    expect(totals.every((total) => total === 1)).toBe(true)
    expect((await going).body).toMatchObject({
      folder_id: folder.id,
      space_id: there.space.id,
      status: 'ready',
    })
    expect(await counts()).toEqual([0, 1, 1])
    expect((await here.get(`/v1/files/${file.id}`)).status).toBe(404)
    expect((await there.api.get(`/v1/files/${file.id}/text`)).body).toBe('The ibexword moves about.')
    const vector = await there.api.post<Found>('/v1/search', { query: 'ibexword', mode: 'vector' })
    expect(vector.body.results.map(({ file_id }) => file_id)).toEqual([file.id])
    await api.patch(`/v1/files/${file.id}`, { space: 'default' })
    expect(await counts()).toEqual([1, 0, 1])
  }
  expect((await app.checkIntegrity()).findings).toEqual([])
})

test('a file that is still to be read is read in the space it was moved to', async () => {
  const there = await createSpaceKey(app, acme, { slug: 'later' })
  const { body } = await api.upload<File>('early.md', 'The okapibird is early.')
  await api.patch(`/v1/files/${body.id}`, { space: there.space.id })
  await waitUntilReady(there.api, body.id)
  expect((await find('okapibird', {}, there.api)).total).toBe(1)
  await until('nothing of it is left behind', async () =>
    (await app.checkIntegrity()).findings.length === 0 ? true : undefined,
  )
})

test('a renamed file is found by its new name at once, and no longer by its old one', async () => {
  const file = await uploadReady(api, 'oryxname.txt', 'Plain words alone.')
  expect((await find('oryxname')).total).toBe(1)
  expect((await api.patch(`/v1/files/${file.id}`, { name: 'kuduname.txt' })).status).toBe(200)
  expect((await find('kuduname')).results.map(({ file_id }) => file_id)).toEqual([file.id])
  expect((await find('oryxname')).total).toBe(0)
  const queued = await api.upload<File>('before.txt', 'Read under another name.')
  await api.patch(`/v1/files/${queued.body.id}`, { name: 'gnuname.txt' })
  await waitUntilReady(api, queued.body.id)
  expect((await find('gnuname')).total).toBe(1)
})
