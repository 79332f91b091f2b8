import { afterAll, expect, test } from 'vitest'
import { createSpaceKey, createTenant, startTestApp, uploadReady } from '../support/app.ts'

const app = await startTestApp()
afterAll(() => app.close())
const acme = await createTenant(app, { slug: 'acme' })
const other = await createSpaceKey(app, acme, { slug: 'other' })

type Chunk = { chunk_id: string; text: string; offsets: [number, number] }
type Result = Chunk & {
  file_id: string
  file_name: string
  space_id: string
  created_at: string
  metadata: Record<string, unknown>
  before?: Chunk[]
  after?: Chunk[]
}
type Facet = { values: { value: unknown; count: number }[]; other: number }
type Found = { results: Result[]; total: number; facets?: Record<string, Facet> }

const section = (title: string) => `# ${title}\n\n${`The pump of ${title} needs oil. `.repeat(30)}\n\n`
const manual = await uploadReady(
  acme.api,
  'manual.md',
  ['One', 'Two', 'Three', 'Four'].map(section).join(''),
  {
    origin: 'crm',
    metadata: '{"year":2024,"tags":["wet","loud","wet"],"wing":true}',
  },
)
const note = await uploadReady(acme.api, 'note.txt', 'A pump needs oil.', {
  origin: 'mail',
  metadata: '{"year":2020,"tags":["dry"],"wing":false}',
})
await uploadReady(acme.api, 'page.html', '<p>Another pump, more oil.</p>', { metadata: '{"tags":"dry"}' })
await uploadReady(other.api, 'remote.md', 'A pump elsewhere needs no oil.', {
  metadata: '{"year":"2024"}',
})

const ask = (body: Record<string, unknown>, api = acme.api) =>
  api.post<Found>('/v1/search', { query: 'pump oil', spaces: '*', limit: 100, mode: 'text', ...body })
const find = async (body: Record<string, unknown>, api = acme.api) => {
  const reply = await ask(body, api)
  expect(reply.status, JSON.stringify(reply.body)).toBe(200)
  return reply.body
}
const names = ({ results }: Found) => [...new Set(results.map(({ file_name }) => file_name))].sort()

test.each([
  [{ type: 'text/*' }, ['manual.md', 'note.txt', 'page.html', 'remote.md']],
  [{ type: ['text/html', 'text/plain'] }, ['note.txt', 'page.html']],
  [{ type: 'image/*' }, []],
  [{ not: { type: 'text/markdown' } }, ['note.txt', 'page.html']],
  [{ files: [manual.id, 'fil_nonsense'] }, ['manual.md']],
  [{ not: { files: [manual.id] }, spaces: ['default'] }, ['note.txt', 'page.html']],
  [{ spaces: [other.space.id] }, ['remote.md']],
  [{ any: [{ origin: ['mail'] }, { metadata: { year: { gt: 2023 } } }] }, ['manual.md', 'note.txt']],
  [
    { not: { any: [{ metadata: { tags: 'dry' } }, { metadata: { year: { exists: false } } }] } },
    ['manual.md', 'remote.md'],
  ],
])('the filter %j leaves exactly these', async (filter, expected) => {
  const found = await find({ filter })
  expect(names(found)).toEqual(expected)
  expect(found.total).toBe(found.results.length)
})

const deep = (levels: number): object => (levels === 0 ? { origin: ['crm'] } : { not: deep(levels - 1) })

test.each([
  [
    { colour: 'red' },
    'filter.colour',
    'type, origin, created_after, created_before, files, folders, spaces, metadata, not, any',
  ],
  [
    deep(3),
    'filter.not.not.not',
    'type, origin, created_after, created_before, files, folders, spaces, metadata',
  ],
  [{ metadata: { year: { above: 3 } } }, 'filter.metadata.year.above', 'in, gt, gte, lt, lte, exists'],
])(
  'a filter with a field that there is not is refused, and the known ones are named: %j',
  async (filter, path, known) => {
    const { status, body } = await acme.api.post<{ errors: object[] }>('/v1/search', { query: 'x', filter })
    expect(status).toBe(422)
    expect(body.errors).toContainEqual({
      path,
      message: `is not a field of this request; it may be ${known}`,
    })
  },
)

test.each([
  deep(1000),
  { any: [] },
  { any: Array.from({ length: 21 }, () => ({})) },
  { metadata: { year: {} } },
  { type: 7 },
])('a filter without bounds or sense is refused', async (filter) => {
  expect(await acme.api.post('/v1/search', { query: 'x', filter })).toMatchObject({ status: 422 })
})

const facets = [
  'type',
  'origin',
  'space',
  'created_month',
  'metadata.year',
  'metadata.tags',
  'metadata.wing',
  'metadata.none',
]

/** What the facets have to be, counted over all results. */
function countByHand({ results }: Found, of: (result: Result) => unknown): Facet {
  const counts = new Map<unknown, number>()
  for (const result of results) {
    for (const value of new Set([of(result) ?? []].flat())) counts.set(value, (counts.get(value) ?? 0) + 1)
  }
  const values = Array.from(counts, ([value, count]) => ({ value, count }))
  const key = ({ value }: { value: unknown }) => JSON.stringify(value)
  return { values: values.sort((a, b) => b.count - a.count || (key(a) < key(b) ? -1 : 1)), other: 0 }
}

test.each([{}, { group_by_file: true }, { filter: { type: 'text/markdown' } }, { mode: 'vector' }])(
  'facets count all matches by their values, whatever page is shown: %j',
  async (body) => {
    const all = await find(body)
    const found = await find({ ...body, limit: 1, facets })
    expect(found.total).toBe(all.total)
    expect(found.facets).toMatchObject({
      space: countByHand(all, (result) => result.space_id),
      created_month: countByHand(all, (result) => result.created_at.slice(0, 7)),
      'metadata.year': countByHand(all, (result) => result.metadata['year']),
      'metadata.tags': countByHand(all, (result) => result.metadata['tags']),
      'metadata.wing': countByHand(all, (result) => result.metadata['wing']),
      'metadata.none': { values: [], other: 0 },
    })
    for (const name of ['type', 'origin', 'space']) {
      const counted = found.facets?.[name]?.values ?? []
      expect(counted.reduce((sum, { count }) => sum + count, 0)).toBe(all.total)
    }
  },
)

test('values beyond the shown ones are counted together', async () => {
  const { facets: all } = await find({ group_by_file: true, facets: ['type'] })
  expect(all?.['type']).toEqual({
    values: [
      { value: 'text/markdown', count: 2 },
      { value: 'text/html', count: 1 },
      { value: 'text/plain', count: 1 },
    ],
    other: 0,
  })
  const { facets: first } = await find({ group_by_file: true, facets: ['type'], facet_values: 1 })
  expect(first?.['type']).toEqual({ values: all?.['type']?.values.slice(0, 1), other: 2 })
})

test('a key of a space counts what stands in its space alone', async () => {
  const { facets: own } = await find({ facets: ['space', 'metadata.year'] }, other.api)
  expect(own).toEqual({
    space: { values: [{ value: other.space.id, count: 1 }], other: 0 },
    'metadata.year': { values: [{ value: '2024', count: 1 }], other: 0 },
  })
  const { total, facets: none } = await find({ facets: ['space'] }, app.tenant)
  expect({ total, none }).toEqual({ total: 0, none: { space: { values: [], other: 0 } } })
})

test.each([[['colour']], [['metadata.']], [['metadata.a.b']], [['type', 'type']], [[]]])(
  'a facet that there is not is refused: %j',
  async (wrong) => {
    expect(await ask({ facets: wrong })).toMatchObject({ status: 422 })
  },
)

test('either a query or what to find more of is asked for, and not both', async () => {
  const like = { file: manual.id }
  for (const body of [{}, { query: 'pump', like }]) {
    const { status, body: problem } = await acme.api.post<{ errors: object[] }>('/v1/search', body)
    expect({ status, errors: problem.errors }).toEqual({
      status: 422,
      errors: [{ path: 'query', message: 'either query or like is needed, and not both' }],
    })
  }
  for (const wrong of [{}, { file: manual.id, chunk: 'chk_x' }, { text: 'pump' }]) {
    expect(await acme.api.post('/v1/search', { like: wrong })).toMatchObject({ status: 422 })
  }
})

test('more like a file are other files, more like a chunk other chunks', async () => {
  const more = async (like: object, rest: object = {}) => {
    const body = { like, spaces: '*', limit: 100, ...rest }
    const reply = await acme.api.post<Found>('/v1/search', body)
    expect(reply.status, JSON.stringify(reply.body)).toBe(200)
    return reply.body
  }
  expect(names(await more({ file: note.id }))).toEqual(['manual.md', 'page.html', 'remote.md'])
  const { results } = await find({ files: [manual.id] })
  const chunk = results[0]!.chunk_id
  const { results: others, total } = await more({ chunk }, { files: [manual.id] })
  expect(total).toBe(results.length - 1)
  expect(others.map(({ chunk_id }) => chunk_id)).not.toContain(chunk)
  const grouped = await more(
    { chunk },
    { group_by_file: true, facets: ['space'], filter: { not: { type: 'text/html' } } },
  )
  expect(names(grouped)).toEqual(['manual.md', 'note.txt', 'remote.md'])
  expect(grouped.facets?.['space']?.values.map(({ count }) => count)).toEqual([2, 1])
})

test('a chunk can be read by its id, with what stands around it', async () => {
  const list = await acme.api.get<{ data: { id: string }[] }>(`/v1/files/${manual.id}/chunks`)
  const [first, second, third, fourth] = list.body.data
  const { status, body } = await acme.api.get(`/v1/chunks/${second!.id}?context=2`)
  expect(status).toBe(200)
  expect(body).toMatchObject({ ...second, file_id: manual.id, before: [first], after: [third, fourth] })
  expect((await acme.api.get(`/v1/chunks/${second!.id}`)).body).toMatchObject({ before: [], after: [] })
  expect(await acme.api.get('/v1/chunks/chk_none')).toMatchObject({
    status: 404,
    body: { code: 'chunks.not_found' },
  })
  expect(await other.api.get(`/v1/chunks/${second!.id}`)).toMatchObject({ status: 404 })
  expect(await acme.api.get(`/v1/chunks/${second!.id}?context=21`)).toMatchObject({ status: 422 })
})

test('context shows the chunks before and after each result, in the order of the text', async () => {
  const list = await acme.api.get<{ data: { id: string; text: string }[] }>(`/v1/files/${manual.id}/chunks`)
  const ids = list.body.data.map(({ id }) => id)
  expect(ids.length).toBeGreaterThanOrEqual(4)
  for (const context of [1, 3]) {
    const { results } = await find({ context, files: [manual.id] })
    expect(results).toHaveLength(ids.length)
    for (const { chunk_id, before, after } of results) {
      const at = ids.indexOf(chunk_id)
      expect(before?.map((one) => one.chunk_id)).toEqual(ids.slice(Math.max(0, at - context), at))
      expect(after?.map((one) => one.chunk_id)).toEqual(ids.slice(at + 1, at + 1 + context))
    }
  }
  expect((await find({ context: 2, files: [note.id] })).results).toMatchObject([{ before: [], after: [] }])
  expect((await find({ context: 0 })).results[0]).not.toHaveProperty('before')
  expect(await ask({ context: 4 })).toMatchObject({ status: 422 })
})
