import { afterAll, expect, test } from 'vitest'
import { createSpaceKey, createTenant, startTestApp, uploadReady } from '../support/app.ts'

const app = await startTestApp()
afterAll(() => app.close())
const acme = await createTenant(app, { slug: 'acme' })
const other = await createSpaceKey(app, acme, { slug: 'other' })

type Result = { file_name: string; chunk_id: string; score: number; created_at: string; text: string }
type Found = {
  results: (Result & { more_chunks?: Result[] })[]
  total: number
  next_cursor: string | null
}

/** Seven files of one to three chunks about pumps. */
const section = (title: string, i: number) => `# ${title}\n\n${'The pump needs oil. '.repeat(40 + i)}\n\n`
for (let i = 0; i < 7; i++) {
  const text = ['One', 'Two', 'Three'].slice(0, 1 + (i % 3)).map((title) => section(title, i))
  await uploadReady(acme.api, `pump-${i}.md`, text.join(''))
}

const find = async (body: Record<string, unknown>, api = acme.api) => {
  const reply = await api.post<Found>('/v1/search', { query: 'pump oil', ...body })
  expect(reply.status, JSON.stringify(reply.body)).toBe(200)
  return reply.body
}

async function pages(
  body: Record<string, unknown>,
  between: (page: number) => Promise<unknown> = async () => {},
) {
  const found: Found[] = []
  for (let cursor: string | null | undefined; cursor !== null; cursor = found.at(-1)!.next_cursor) {
    found.push(await find({ ...body, ...(cursor === undefined ? {} : { cursor }) }))
    await between(found.length)
  }
  return found
}

const chunksOf = (found: Found[]) => found.flatMap(({ results }) => results.map(({ chunk_id: id }) => id))

test.each([
  {},
  { mode: 'text' },
  { mode: 'vector' },
  { sort: 'newest' },
  { sort: 'oldest', mode: 'text' },
  { group_by_file: true },
  { group_by_file: true, sort: 'newest', chunks_per_file: 2 },
])('page by page every match comes once, in the order of one long list: %j', async (body) => {
  const all = await find({ ...body, limit: 100 })
  expect(all.next_cursor).toBeNull()
  expect(all.results).toHaveLength(all.total)
  expect(all.total).toBeGreaterThanOrEqual(7)
  const read = await pages({ ...body, limit: 2 })
  expect(read).toHaveLength(Math.ceil(all.total / 2))
  expect(read.map(({ total }) => total)).toEqual(read.map(() => all.total))
  expect(read.flatMap(({ results }) => results)).toEqual(all.results)
})

test('by date the newest or the oldest files come first, whatever they score', async () => {
  const names = async (sort: string) =>
    (await find({ sort, group_by_file: true })).results.map(({ file_name }) => file_name)
  const rising = Array.from({ length: 7 }, (_, i) => `pump-${i}.md`)
  expect(await names('oldest')).toEqual(rising)
  expect(await names('newest')).toEqual(rising.toReversed())
  const { results } = await find({ sort: 'newest', limit: 100 })
  expect(results.map(({ created_at }) => created_at)).toEqual(
    results
      .map(({ created_at }) => created_at)
      .toSorted()
      .toReversed(),
  )
})

test('results that stay come once each while files are added and deleted between the pages', async () => {
  for (const sort of ['newest', 'oldest', 'relevance']) {
    const before = chunksOf([await find({ sort, mode: 'text', limit: 100 })])
    const added: string[] = []
    const read = await pages({ sort, mode: 'text', limit: 3 }, async (page) => {
      added.push(
        (await uploadReady(acme.api, `new-${page}.md`, `A pump. ${'Oil and words. '.repeat(page)}`)).id,
      )
      if (page === 2) await acme.api.delete(`/v1/files/${added[0]}`)
    })
    const seen = chunksOf(read)
    expect(new Set(seen).size, sort).toBe(seen.length)
    expect(
      seen.filter((id) => before.includes(id)),
      sort,
    ).toEqual(before)
    for (const id of added) await acme.api.delete(`/v1/files/${id}`)
  }
})

test('what is shown with the results may change from page to page, the question may not', async () => {
  const { next_cursor: cursor } = await find({ limit: 2, filter: { origin: ['api'], type: 'text/markdown' } })
  const same = { cursor, filter: { type: 'text/markdown', origin: ['api'] } }
  expect((await find({ ...same, limit: 5, highlight: false })).results).toHaveLength(5)
  const answers = [
    await acme.api.post('/v1/search', { query: 'pump oil', cursor: 'no-such-thing' }),
    await acme.api.post('/v1/search', { query: 'pump', ...same }),
    await acme.api.post('/v1/search', { query: 'pump oil', ...same, mode: 'text' }),
    await acme.api.post('/v1/search', { query: 'pump oil', ...same, spaces: ['other'] }),
    await acme.api.post('/v1/search', { query: 'pump oil', ...same, sort: 'newest' }),
    await acme.api.post('/v1/search', { query: 'pump oil', ...same, group_by_file: true }),
    await other.api.post('/v1/search', { query: 'pump oil', ...same }),
    await app.tenant.post('/v1/search', { query: 'pump oil', ...same }),
  ]
  for (const { status, body } of answers) {
    expect({ status, ...(body as object), request_id: '' }).toEqual({
      ...(answers[0]?.body as object),
      status: 422,
      code: 'input.invalid',
      request_id: '',
    })
  }
})

test('min_score leaves the weaker matches out of results and total', async () => {
  const all = await find({ limit: 100, mode: 'text' })
  const least = all.results[4]!.score
  const strong = all.results.filter(({ score }) => score >= least)
  expect(strong.length).toBeLessThan(all.total)
  const found = await find({ limit: 100, mode: 'text', min_score: least })
  expect(found.results).toEqual(strong)
  expect(found.total).toBe(strong.length)
  expect(await find({ min_score: 1.01 })).toMatchObject({ total: 0, results: [], next_cursor: null })
})

test('grouped, a file shows its next best places too', async () => {
  const { results } = await find({ group_by_file: true, chunks_per_file: 2, limit: 7 })
  const places = await find({ limit: 100 })
  for (const { file_name, more_chunks, ...best } of results) {
    const own = places.results.filter((place) => place.file_name === file_name)
    expect([best.chunk_id, ...(more_chunks ?? []).map(({ chunk_id }) => chunk_id)]).toEqual(
      own.slice(0, 2).map(({ chunk_id }) => chunk_id),
    )
  }
  expect(results.filter(({ more_chunks }) => more_chunks?.length === 1)).toHaveLength(4)
  expect((await find({ group_by_file: true })).results[0]).not.toHaveProperty('more_chunks')
})

test.each([
  { chunks_per_file: 2 },
  { chunks_per_file: 6, group_by_file: true },
  { min_score: -1 },
  { sort: 'random' },
  { cursor: 'x'.repeat(513) },
])('a shape that there is not is refused: %j', async (body) => {
  expect(await acme.api.post('/v1/search', { query: 'pump', ...body })).toMatchObject({ status: 422 })
})
