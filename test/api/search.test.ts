import { afterAll, expect, test } from 'vitest'
import { createSpaceKey, createTenant, startTestApp, uploadReady } from '../support/app.ts'

const app = await startTestApp()
afterAll(() => app.close())
const acme = await createTenant(app, { slug: 'acme' })
const other = await createSpaceKey(app, acme, { slug: 'other' })

type Result = {
  file_id: string
  file_name: string
  space_id: string
  text: string
  snippet: string
  highlights: [number, number][]
  offsets: [number, number]
  score: number
  match_source: string
  explanation?: Explanation
}
type Side = { weight: number; share: number | null }
type Explanation = {
  words: Side & {
    score: number
    terms: { word: string; tf: number; df: number; times: number; score: number }[]
  }
  meaning: { weight: number; share: number; cosine: number } | null
}
type Found = {
  results: Result[]
  total: number
  mode_used: string
  degraded: boolean
  corrections: { word: string; used: string[] }[]
}

const pump = await uploadReady(acme.api, 'pump.md', '# Pumps\n\nThe pump needs oil every month.', {
  origin: 'crm',
  metadata: '{"year":2024,"tags":["wet","loud"]}',
})
const valve = await uploadReady(acme.api, 'valve.md', '# Valves\n\nA valve needs no oil. The valve is dry.', {
  origin: 'mail',
  metadata: '{"year":2020,"tags":["dry"]}',
})
const remote = await uploadReady(other.api, 'remote.md', 'A pump elsewhere needs no oil.')

/** By words, which can be counted beforehand. */
const find = async (body: Record<string, unknown>, api = acme.api) => {
  const reply = await api.post<Found>('/v1/search', { mode: 'text', ...body })
  expect(reply.status, JSON.stringify(reply.body)).toBe(200)
  return reply.body
}
const filesOf = ({ results }: Found) => results.map(({ file_id }) => file_id).sort()

test('the best place comes first, with the text it stands in and the words that matched', async () => {
  const found = await find({ query: 'pump oil' })
  expect(found).toMatchObject({ total: 2, mode_used: 'text' })
  expect(found.results.map(({ file_name }) => file_name)).toEqual(['pump.md', 'valve.md'])
  const [best] = found.results
  const words = best?.highlights.map(([start, stop]) => best.snippet.slice(start, stop).toLowerCase())
  expect(new Set(words?.map((word) => word.replace(/s$/, '')))).toEqual(new Set(['pump', 'oil']))
  const text = await acme.api.get<string>(`/v1/files/${pump.id}/text`)
  expect(text.body.slice(...(best?.offsets ?? [0, 0]))).toBe(best?.text)
})

test('the same question has the same answer, to the last digit of the score', async () => {
  const [first, second] = [await find({ query: 'needs oil' }), await find({ query: 'needs oil' })]
  expect(second.results).toEqual(first.results)
})

test('left out, the space is the default one or the one of the key; several and all have to be said', async () => {
  expect(filesOf(await find({ query: 'oil' }))).toEqual([pump.id, valve.id].sort())
  expect(filesOf(await find({ query: 'oil' }, other.api))).toEqual([remote.id])
  expect(filesOf(await find({ query: 'oil', spaces: ['other'] }))).toEqual([remote.id])
  expect(filesOf(await find({ query: 'oil', spaces: ['other', other.space.id, 'default'] }))).toHaveLength(3)
  expect((await find({ query: 'oil', spaces: '*' })).total).toBe(3)
  expect(filesOf(await find({ query: 'oil', spaces: '*' }, other.api))).toEqual([remote.id])
})

test.each([
  [{ files: [valve.id] }, [valve.id]],
  [{ files: [valve.id, remote.id, 'fil_nonsense'] }, [valve.id]],
  [{ filter: { origin: ['crm', 'none'] } }, [pump.id]],
  [{ filter: { type: 'text/markdown' } }, [pump.id, valve.id]],
  [{ filter: { metadata: { year: 2024 } } }, [pump.id]],
  [{ filter: { metadata: { year: { gte: 2021, lte: 2030 } } } }, [pump.id]],
  [{ filter: { metadata: { year: { gte: '2021' } } } }, []],
  [{ filter: { metadata: { tags: 'dry' } } }, [valve.id]],
  [{ filter: { metadata: { tags: { in: ['wet', 'dry'] } } } }, [pump.id, valve.id]],
  [{ filter: { metadata: { none: 'x' } } }, []],
  [{ filter: { created_before: '2001-01-01T00:00:00Z' } }, []],
  [{ filter: { created_after: '2001-01-01T00:00:00Z' }, files: [pump.id] }, [pump.id]],
])('narrowed by %j a search finds and counts exactly that', async (narrowing, expected) => {
  const found = await find({ query: 'oil', ...narrowing })
  expect(filesOf(found)).toEqual([...expected].sort())
  expect(found.total).toBe(expected.length)
})

test('limit cuts the results and not the total; marks can be left out', async () => {
  const found = await find({ query: 'oil', limit: 1, highlight: false })
  expect(found).toMatchObject({ total: 2, results: [{ highlights: [] }] })
  expect(found.results).toHaveLength(1)
})

test('what means the same is found without a word in common, and words and meaning together by default', async () => {
  const fuel = 'machine fuel monthly'
  expect(await find({ query: fuel })).toMatchObject({ mode_used: 'text', total: 0 })
  for (const mode of ['vector', 'hybrid']) {
    const found = await find({ query: fuel, mode })
    expect(found).toMatchObject({ mode_used: mode, degraded: false })
    expect(found.results[0]).toMatchObject({ file_id: pump.id, match_source: 'vector', highlights: [] })
  }
  const { body } = await acme.api.post<Found>('/v1/search', { query: 'pump oil' })
  expect(body).toMatchObject({ mode_used: 'hybrid', degraded: false })
  expect(body.results[0]).toMatchObject({ file_id: pump.id, match_source: 'both', score: 1 })
})

test('a question in a language that the embedder does not know is ranked by words, and what is about nothing here finds nothing', async () => {
  const russian = await uploadReady(acme.api, 'nasos.md', 'Насос нужно смазывать раз в месяц.')
  const { body } = await acme.api.post<Found>('/v1/search', { query: 'смазывать насос' })
  expect(filesOf(body)).toEqual([russian.id])
  expect(body.results[0]).toMatchObject({ match_source: 'text' })
  await acme.api.delete(`/v1/files/${russian.id}`)
  const { body: nothing } = await acme.api.post<Found>('/v1/search', { query: 'xyzzyqord' })
  expect(nothing).toMatchObject({ total: 0, results: [] })
})

test.each([
  ['"needs oil"', [pump.id]],
  ['"oil pump"', []],
  ['"need oil" pump', [pump.id]],
  ['"the valve is dry"', [valve.id]],
  ['oil -pump', [valve.id]],
  ['oil -"no oil"', [pump.id]],
  ['oil -pump -valve', []],
  ['-pump', []],
  ['"month pump"', []],
  ['"oil', [pump.id, valve.id]],
  ['"" oil', [pump.id, valve.id]],
  ['"..." oil -"..."', [pump.id, valve.id]],
  ['"needs" oil', [pump.id, valve.id]],
])('%s finds and counts exactly what stands so, by words and by meaning', async (query, expected) => {
  for (const mode of ['text', 'hybrid']) {
    const found = await find({ query, mode })
    expect({ mode, files: filesOf(found), total: found.total, degraded: found.degraded }).toEqual({
      mode,
      files: [...expected].sort(),
      total: expected.length,
      degraded: false,
    })
  }
  const byMeaning = await find({ query, mode: 'vector' })
  expect(filesOf(byMeaning).filter((id) => !expected.includes(id))).toEqual([])
  expect(byMeaning.total).toBe(byMeaning.results.length)
})

test('a result explains its score by numbers that give it again to the last bit', async () => {
  for (const mode of ['text', 'hybrid', 'vector']) {
    const found = await find({ query: '"needs oil" pump pump', mode, explain: true })
    const [best] = found.results
    const { words, meaning } = best!.explanation!
    const points = words.terms.reduce((sum, { score }) => sum + score, 0)
    expect(words).toMatchObject({ own: points, score: points, neighbours: 0, around: 0, chunks: 2 })
    const fused = words.weight * (words.share ?? 0) + (meaning ? meaning.weight * meaning.share : 0)
    expect({ mode, score: mode === 'text' ? points : fused }).toEqual({ mode, score: best!.score })
    const counted = words.terms.map(({ word, tf, df, times }) => [word, tf, df, times])
    expect(counted).toEqual([
      ['needs', 1, 2, 1],
      ['oil', 1, 2, 1],
      ['pump', 4, 1, 2], // in title, heading and text
    ])
  }
  const [plain] = (await find({ query: 'pump' })).results
  expect(plain).not.toHaveProperty('explanation')
})

test('a misspelled word is taken for the nearest that is there, is said, is marked, and can be left as it is', async () => {
  const found = await find({ query: 'monht vavle' })
  expect(found.corrections).toEqual([
    { word: 'monht', used: ['month'] },
    { word: 'vavle', used: ['valve'] },
  ])
  expect({ ...found, corrections: [], id: '', took_ms: 0 }).toEqual({
    ...(await find({ query: 'month valve' })),
    id: '',
    took_ms: 0,
  })
  expect(await find({ query: 'monht', correct: false })).toMatchObject({ corrections: [], total: 0 })
  expect(await find({ query: 'monht', mode: 'vector' })).toMatchObject({ corrections: [] })
  const phrase = await find({ query: '"eveyr monht" -vavle' })
  expect(
    phrase.results.map(({ highlights, snippet }) => highlights.map((one) => snippet.slice(...one))),
  ).toEqual([['every month']])
  expect(phrase.corrections.map(({ used }) => used)).toEqual([['every'], ['month']])
})

test('a phrase is marked as one stretch', async () => {
  const { results } = await find({ query: '"need oil every" pump' })
  expect(
    results.map(({ snippet, highlights }) => highlights.map(([from, to]) => snippet.slice(from, to))),
  ).toEqual([['Pumps', 'pump', 'needs oil every']])
})

test.each([
  { query: '' },
  { query: ' \n\t ' },
  { query: 'x'.repeat(4001) },
  { query: 'x', limit: 101 },
  { query: '\u0000' },
  { query: '\ud800 x' },
  { query: '"a" '.repeat(33) },
  { query: `"${'a '.repeat(201)}"` },
])('a query that is none is refused: %j', async (body) => {
  expect(await acme.api.post('/v1/search', body)).toMatchObject({ status: 422 })
})

test.each([
  '(a+)+$ [^',
  '"a b c',
  'x '.repeat(2000),
  '-"the" "of the"',
  'the',
  '"',
  '-',
  '--',
  '- -',
  '""',
  '🚰',
  '\u200b?',
  '-pump',
  'a'.repeat(4000),
  '" - "',
])('the query %s finds something or nothing, and nothing breaks', async (query) => {
  expect((await acme.api.post('/v1/search', { query })).status).toBe(200)
})
