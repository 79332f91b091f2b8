import { afterAll, expect, test } from 'vitest'
import { createSpaceKey, createTenant, startTestApp, uploadReady } from '../support/app.ts'

const app = await startTestApp()
afterAll(() => app.close())
const acme = await createTenant(app, { slug: 'acme' })
const other = await createSpaceKey(app, acme, { slug: 'other' })
const neighbour = await createTenant(app, { slug: 'neighbour' })

type Found = {
  results: { file_name: string; score: number; snippet: string; highlights: [number, number][] }[]
  total: number
  synonyms: { word: string; used: string[] }[]
}
type Rules = { rules: unknown[]; updated_at: string | null }

const search = async (query: string, more: object = {}, api = acme.api) => {
  const reply = await api.post<Found>('/v1/search', { query, mode: 'text', ...more })
  expect(reply.status, JSON.stringify(reply.body)).toBe(200)
  return reply.body
}
const namesOf = ({ results }: Found) => results.map(({ file_name }) => file_name)
const replace = (rules: unknown, space = 'default', api = acme.api) =>
  api.put<Rules>(`/v1/spaces/${space}/synonyms`, { rules })

await uploadReady(acme.api, 'car.md', 'We rent a car for the day.')
await uploadReady(acme.api, 'automobile.md', 'We rent an automobile for long.')
await uploadReady(acme.api, 'nda.md', 'The NDA binds both sides.')
await uploadReady(acme.api, 'secrecy.md', 'A non-disclosure agreement binds.')
await uploadReady(other.api, 'there.md', 'An automobile elsewhere.')
await uploadReady(neighbour.api, 'theirs.md', 'An automobile of theirs.')

const rules = [
  { equal: ['car', 'automobile'] },
  { from: 'NDA', to: ['non disclosure agreement'] },
  { from: 'confidentiality pact', to: ['nda'] },
]

test('what stands for a word is found, a little below the word itself, told and marked', async () => {
  expect(await search('car')).toMatchObject({ total: 1, synonyms: [] })
  expect(await replace(rules)).toMatchObject({ status: 200, body: { rules, updated_at: expect.any(String) } })
  const found = await search('car')
  expect(namesOf(found)).toEqual(['car.md', 'automobile.md'])
  expect(found.results[0]!.score).toBeGreaterThan(found.results[1]!.score)
  expect(found).toMatchObject({ total: 2, synonyms: [{ word: 'car', used: ['automobile'] }] })
  const [, second] = found.results
  expect(second!.highlights.map((one) => second!.snippet.slice(...one))).toEqual(['automobile'])
  expect(namesOf(await search('automobile'))).toEqual(['automobile.md', 'car.md'])
})

test('a rule for one way holds one way, and words in a row stand for a word and the other way round', async () => {
  expect(namesOf(await search('nda'))).toEqual(['nda.md', 'secrecy.md'])
  expect(namesOf(await search('non disclosure agreement'))).toEqual(['secrecy.md'])
  expect(namesOf(await search('a Confidentiality Pact'))).toContain('nda.md')
  expect(namesOf(await search('pact confidentiality'))).toEqual([])
})

test('in quotes a word stands for itself, and a phrase or an exclusion holds for synonyms too', async () => {
  expect(namesOf(await search('"car"'))).toEqual(['car.md'])
  expect(namesOf(await search('car "for long"'))).toEqual(['automobile.md'])
  expect(namesOf(await search('car -automobile'))).toEqual(['car.md'])
})

test('rules count in their own space alone', async () => {
  expect(namesOf(await search('car', {}, other.api))).toEqual([])
  expect(namesOf(await search('car', {}, neighbour.api))).toEqual([])
  expect(namesOf(await search('car', { spaces: '*' })).sort()).toEqual(['automobile.md', 'car.md'])
  expect((await search('car', {}, other.api)).synonyms).toEqual([])
  const before = await search('car')
  await replace([{ equal: ['car', 'rent', 'day'] }], 'default', neighbour.api)
  await replace([{ equal: ['car', 'rent', 'day'] }], 'other')
  const aside = { id: '', took_ms: 0 }
  expect({ ...(await search('car')), ...aside }).toEqual({ ...before, ...aside })
})

test('each result explains by what it was found', async () => {
  const { results } = await search('car', { explain: true })
  expect(results).toMatchObject([
    { explanation: { words: { terms: [{ word: 'car', tf: 2, df: 2 }] } } },
    { explanation: { words: { terms: [{ word: 'car', tf: (2 * 13) / 16, df: 2 }] } } },
  ])
})

test('only who may manage spaces sees or changes the rules, and only of their own spaces', async () => {
  const path = '/v1/spaces/default/synonyms'
  const unknown = '/v1/spaces/spc_00000000000000000000000000/synonyms'
  expect((await acme.api.get<Rules>(path)).body.rules).toEqual(rules)
  expect(await other.api.get(path)).toMatchObject({ status: 403 })
  expect(await other.api.put(path, { rules: [] })).toMatchObject({ status: 403 })
  const theirs = (await neighbour.api.get<{ id: string }>('/v1/spaces/default')).body.id
  for (const one of [`/v1/spaces/${theirs}/synonyms`, unknown]) {
    expect(await acme.api.get(one)).toMatchObject({ status: 404 })
    expect(await acme.api.put(one, { rules: [] })).toMatchObject({ status: 404 })
  }
})

test.each([
  [[{ equal: ['car'] }]],
  [[{ equal: ['car', '...'] }]],
  [[{ from: 'car', to: [] }]],
  [[{ from: 'car', to: ['x'.repeat(101)] }]],
  [[{ from: 'a b c d e f g h i', to: ['x'] }]],
  [[{ from: 'car', to: ['x'], equal: ['a', 'b'] }]],
  [[{ words: ['a', 'b'] }]],
  [Array.from({ length: 1001 }, () => ({ equal: ['a', 'b'] }))],
  ['car'],
  [[{ equal: ['a\u0000', 'b'] }]],
])('rules that are none are refused and change nothing: %j', async (bad) => {
  expect(await replace(bad)).toMatchObject({ status: 422, body: { code: 'input.invalid' } })
  expect((await acme.api.get<Rules>('/v1/spaces/default/synonyms')).body.rules).toEqual(rules)
})

test('a thousand rules are taken, no rules end them, and a space goes with its rules', async () => {
  const many = Array.from({ length: 1000 }, (_, i) => ({ equal: [`word${i}`, `other${i}`] }))
  expect(await replace([...many.slice(1), rules[0]])).toMatchObject({ status: 200 })
  expect((await search('car')).total).toBe(2)
  expect(await replace([])).toMatchObject({ status: 200, body: { rules: [] } })
  expect(await search('car')).toMatchObject({ total: 1, synonyms: [] })
  expect(await acme.api.delete('/v1/spaces/other?force=true')).toMatchObject({ status: 204 })
})
