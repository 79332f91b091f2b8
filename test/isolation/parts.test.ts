import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Api, startTestApp, uploadReady } from '../support/app.ts'
import { createPerson, grant, type Person } from '../support/people.ts'

const app = await startTestApp()
afterAll(() => app.close())
const { tenant } = app

let guest: Person
const visible: { id: string }[] = []

const texts = [
  'The harbour report counts barges, cranes and the tonnage of every quay in the northern harbour.',
  'Cranes of the southern quay lift barges in the dry dock; the harbour master signs the report.',
  'A recipe for quince jam needs quinces, sugar, patience and nothing that a harbour could offer.',
]

beforeAll(async () => {
  guest = await createPerson(app, tenant, { roles: ['guest'] })
  for (const [i, text] of texts.entries()) {
    const file = await uploadReady(tenant, `visible-${i}.md`, text, {
      origin: 'seen',
      metadata: '{"team":"a"}',
    })
    await grant(tenant, { user: guest.id, file: file.id })
    visible.push(file)
  }
})

/** Everything that a caller can be told of what is in the space, without what differs from call to call anyway. */
async function everythingFor(api: Api): Promise<string> {
  const search = (body: object) => api.post('/v1/search', { limit: 100, ...body })
  const facets = ['type', 'origin', 'space', 'metadata.team', 'created_month']
  const replies = await Promise.all([
    ...[
      'harbour report',
      'quay',
      'kumquat',
      '"harbour master"',
      'barges -quince',
      'harbuor',
      'kumqat',
    ].flatMap((query) => [
      search({ query, facets, explain: true, context: 2 }),
      search({ query, mode: 'text', group_by_file: true, sort: 'newest' }),
      search({ query, mode: 'vector' }),
      search({ query, limit: 1 }),
    ]),
    search({ like: { file: visible[0]?.id } }),
    search({ query: 'harbour', filter: { not: { origin: ['seen'] } } }),
    ...['har', 'kum', 'qu', 'hid'].map((q) => api.get(`/v1/search/suggestions?q=${q}`)),
    api.post('/v1/ask', { question: 'Who signs the harbour report?' }),
    api.post('/v1/ask', { question: 'What does the kumquat cost?' }),
    api.get('/v1/files?space=*'),
    api.get('/v1/files?space=*&name=hidden'),
    api.get('/v1/spaces/default/embedding'),
  ])
  const shown = replies.map(({ status, body }) => [status, body])
  return JSON.stringify(shown, (name, value: unknown) =>
    name === 'took_ms' || (name === 'id' && /^(ans|sea)_/.test(String(value))) ? undefined : value,
  )
}

test('scores, ranks, totals, facets, suggestions and corrections are byte-equal whether hidden files exist or not', async () => {
  const before = await everythingFor(guest.api)
  expect(before).toContain('harbour master')
  const hidden = []
  for (let i = 0; i < 6; i++) {
    const text = `Hidden harbour report ${i}: a kumquat costs ${i} coins, says the harbour master of the quay, harbuor and kumqat.`
    hidden.push(
      await uploadReady(tenant, `hidden-${i}.md`, text, { origin: 'hidden', metadata: '{"team":"b"}' }),
    )
  }
  const owner = await tenant.post<{ total: number }>('/v1/search', { query: 'kumquat' })
  expect(owner.body.total).toBe(6)
  expect(await everythingFor(guest.api)).toBe(before)
  for (const { id } of hidden) await tenant.delete(`/v1/files/${id}`)
  expect(await everythingFor(guest.api)).toBe(before)
})

test('a part that is asked first is not what others find after it', async () => {
  const made = await tenant.post<{ id: string }>('/v1/spaces', { slug: 'fresh', visibility: 'restricted' })
  expect(made.status).toBe(201)
  const files = []
  for (const word of ['alpha', 'beta'])
    files.push(await uploadReady(tenant, `${word}.md`, `The lantern ${word} burns.`, { space: 'fresh' }))
  await grant(tenant, { user: guest.id, file: files[0]?.id })
  const find = async (api: Api) =>
    (await api.post<{ total: number }>('/v1/search', { query: 'lantern', spaces: ['fresh'] })).body.total
  expect(await find(guest.api)).toBe(1)
  expect(await find(tenant)).toBe(2)
})

test('a change of rights holds on the very next request', async () => {
  const person = await createPerson(app, tenant, { roles: ['guest'] })
  const [file] = visible
  const statusOf = async () => (await person.api.get(`/v1/files/${file?.id}`)).status
  for (let round = 0; round < 10; round++) {
    const id = await grant(tenant, { user: person.id, file: file?.id })
    expect(await statusOf()).toBe(200)
    await tenant.delete(`/v1/grants/${id}`)
    expect(await statusOf()).toBe(404)
  }
})
