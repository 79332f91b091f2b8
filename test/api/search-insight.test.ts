import { afterAll, expect, test } from 'vitest'
import { parseId } from '#platform/ids.ts'
import type { TenantScope } from '#platform/scope/index.ts'
import { mintScope } from '#platform/scope/mint.ts'
import { type Api, createSpaceKey, createTenant, startTestApp, uploadReady } from '../support/app.ts'
import { createPerson, grant } from '../support/people.ts'

const app = await startTestApp()
afterAll(() => app.close())

type Asked = {
  query: string | null
  fingerprint: string
  searches: number
  without_results: number
  clicked: number
}
type Insight = {
  keeps_queries: boolean
  searches: number
  without_results: number
  clicked: number
  click_through: number | null
  took_ms: { p50: number; p95: number; p99: number } | null
  most_asked: Asked[]
  most_without_results: Asked[]
}
type Found = { id: string; results: { file_id: string }[]; next_cursor: string | null }

const search = async (api: Api, query: string, more: Record<string, unknown> = {}) => {
  const reply = await api.post<Found>('/v1/search', { query, ...more })
  expect(reply.status).toBe(200)
  return reply.body
}
const click = (api: Api, id: string, file: string, position = 1) =>
  api.post<{ code?: string }>(`/v1/search/${id}/clicks`, { file_id: file, position })

let made = 0
const newTenant = () => createTenant(app, { slug: `insight-${++made}` })

/** Once everything that was searched before is written. */
async function insightOf(api: Api, query = ''): Promise<Insight> {
  // A click that finds nothing to count waits for what is being written.
  const last = await search(api, 'quite another question')
  await click(api, last.id, 'fil_01h45ytscbebyvny4gc8cr8ma2')
  const reply = await api.get<Insight>(`/v1/search/insight${query}`)
  expect(reply.status).toBe(200)
  return reply.body
}

test('counts what somebody asks who sees one file of the space, and lets them count clicks on that one alone', async () => {
  const { api } = await newTenant()
  const seen = await uploadReady(api, 'seen.md', 'The ferry leaves at noon.')
  const unseen = await uploadReady(api, 'unseen.md', 'The ferry leaves at midnight.')
  const guest = await createPerson(app, api, { roles: ['guest'] })
  await grant(api, { user: guest.id, file: seen.id })
  const found = await search(guest.api, 'ferry')
  expect(found.results.map(({ file_id }) => file_id)).toEqual([seen.id])
  expect((await click(guest.api, found.id, unseen.id)).status).toBe(404)
  expect((await click(guest.api, found.id, seen.id)).status).toBe(204)
  expect(await insightOf(api)).toMatchObject({ searches: 2, clicked: 1 })
})

test('counts searches, those without results and those with a click, and says how long they took', async () => {
  const { api } = await newTenant()
  const file = await uploadReady(api, 'a.md', 'The ferry leaves at noon.')
  const first = await search(api, 'Ferry  noon')
  for (const query of ['ferry noon', ' FERRY NOON', 'submarine']) await search(api, query)
  await search(api, 'ferry')
  expect((await click(api, first.id, file.id, 3)).status).toBe(204)
  expect((await click(api, first.id, file.id, 1)).status).toBe(204)
  const insight = await insightOf(api)
  expect(insight).toMatchObject({
    keeps_queries: false,
    searches: 6,
    without_results: 2,
    clicked: 1,
    click_through: 1 / 6,
    took_ms: { p50: expect.any(Number), p95: expect.any(Number), p99: expect.any(Number) },
  })
  expect(insight.most_asked[0]).toMatchObject({ query: null, searches: 3, without_results: 0, clicked: 1 })
  expect(insight.most_without_results).toMatchObject([
    { searches: 1, without_results: 1 },
    { searches: 1, without_results: 1 },
  ])
})

test('pages of one search are one search', async () => {
  const { api } = await newTenant()
  for (const name of ['a', 'b', 'c']) await uploadReady(api, `${name}.md`, `The ferry of ${name}.`)
  const first = await search(api, 'ferry', { limit: 1 })
  const second = await search(api, 'ferry', { limit: 1, cursor: first.next_cursor })
  expect(second.id).toBe(null)
  expect((await click(api, first.id, second.results[0]!.file_id, 2)).status).toBe(204)
  expect(await insightOf(api)).toMatchObject({ searches: 2, clicked: 1 })
})

test('queries are kept from the moment the tenant says so, and none from the moment it does not', async () => {
  const [acme, other] = [await newTenant(), await newTenant()]
  const set = (keeps_queries: boolean) => acme.api.patch('/v1/search/insight', { keeps_queries })
  await search(acme.api, 'before the switch')
  await insightOf(acme.api)
  expect(await set(true)).toMatchObject({ status: 200, body: { keeps_queries: true } })
  await search(acme.api, 'The marigold')
  const kept = await insightOf(acme.api)
  const queries = kept.most_asked.map(({ query }) => query)
  expect(queries).toContain('The marigold')
  expect(queries).not.toContain('before the switch')
  await search(other.api, 'The marigold')
  const theirs = await insightOf(other.api)
  expect(theirs).toMatchObject({ keeps_queries: false })
  // Equal words of two tenants have nothing in common.
  const prints = ({ most_asked }: Insight) => most_asked.map(({ fingerprint }) => fingerprint)
  expect(prints(theirs).filter((one) => prints(kept).includes(one))).toEqual([])
  await set(false)
  await search(acme.api, 'The petunia')
  const after = await insightOf(acme.api)
  expect(after.most_asked.every(({ query }) => query === null)).toBe(true)
  expect(prints(after)).toEqual(expect.arrayContaining(prints(kept)))
})

test('nothing of a query stands in the database unless it is kept, and then sealed', async () => {
  const { api, tenant } = await newTenant()
  const dump = async () => {
    const scope = mintScope<TenantScope>({
      level: 'tenant',
      partnerId: parseId('ptn', tenant.partner_id)!,
      tenantId: parseId('ten', tenant.id)!,
      spaces: 'all',
      subject: { type: 'operator', id: 'test', name: 'test' },
      permissions: new Set(),
      requestId: 'test',
      signal: new AbortController().signal,
    })
    const records = await app.db.tenant(scope, (tx) =>
      tx.kysely.selectFrom('search_records').selectAll().execute(),
    )
    expect(records.some(({ query }) => query !== null)).toBe(true)
    return records.map((record) => `${JSON.stringify(record)} ${record.query?.toString('latin1')}`).join('\n')
  }
  await search(api, 'chrysanthemum')
  await insightOf(api)
  await api.patch('/v1/search/insight', { keeps_queries: true })
  await search(api, 'chrysanthemum')
  const { most_asked } = await insightOf(api)
  const asked = most_asked.find(({ query }) => query === 'chrysanthemum')
  expect(asked).toMatchObject({ searches: 2 })
  const text = await dump()
  expect(text).toContain(asked!.fingerprint)
  expect(text).not.toContain('chrysanthemum')
})

test('whoever is held to a space adds to its numbers, and a space shows its own alone', async () => {
  const acme = await newTenant()
  const [red, blue] = [
    await createSpaceKey(app, acme, { slug: 'red' }),
    await createSpaceKey(app, acme, { slug: 'blue' }),
  ]
  await uploadReady(red.api, 'a.md', 'The ferry is red.')
  await search(red.api, 'ferry')
  await search(blue.api, 'ferry')
  await search(acme.api, 'ferry', { spaces: ['red', 'blue'] })
  await insightOf(acme.api)
  const of = async (space: string) => (await acme.api.get<Insight>(`/v1/search/insight?space=${space}`)).body
  expect(await of('red')).toMatchObject({ searches: 2, without_results: 0 })
  expect(await of('blue')).toMatchObject({ searches: 2, without_results: 2 })
  // A search of two spaces is one, and has found something when either has.
  const all = (await acme.api.get<Insight>('/v1/search/insight')).body
  expect(all).toMatchObject({ searches: 4, without_results: 2 })
  expect((await red.api.get('/v1/search/insight')).status).toBe(403)
})

test('a search of somebody else and one that nobody made are the same: nothing', async () => {
  const [acme, other] = [await newTenant(), await newTenant()]
  const { space, api: red } = await createSpaceKey(app, acme, { slug: 'red' })
  const own = await uploadReady(acme.api, 'a.md', 'The ferry is here.')
  const theirs = await uploadReady(other.api, 'a.md', 'The ferry is there.')
  const inRed = await uploadReady(red, 'b.md', 'The ferry is red.')
  const foreign = await search(other.api, 'ferry')
  const inDefault = await search(acme.api, 'ferry')
  expect((await click(other.api, foreign.id, theirs.id)).status).toBe(204)
  const said = async (api: Api, id: string, file: string) => {
    const { status, body } = await click(api, id, file)
    return { status, code: body.code }
  }
  const nothing = { status: 404, code: 'searches.not_found' }
  for (const id of [foreign.id, 'sea_01h45ytscbebyvny4gc8cr8ma2', 'nonsense', foreign.id.toUpperCase()])
    expect(await said(acme.api, id, own.id)).toEqual(nothing)
  expect(await said(red, inDefault.id, inRed.id)).toEqual(nothing)
  expect(await said(acme.api, inDefault.id, inRed.id)).toEqual(nothing)
  expect(await said(acme.api, inDefault.id, theirs.id)).toEqual({ status: 404, code: 'files.not_found' })
  expect((await acme.api.get(`/v1/search/insight?space=${space.id}`)).status).toBe(200)
  expect((await other.api.get(`/v1/search/insight?space=${space.id}`)).status).toBe(404)
})

test('what is asked for has to make sense', async () => {
  const { api } = await newTenant()
  const { id } = await search(api, 'ferry')
  for (const query of ['days=0', 'days=91', 'limit=0', 'limit=101', 'who=me'])
    expect((await api.get(`/v1/search/insight?${query}`)).status).toBe(422)
  for (const body of [
    {},
    { file_id: 'x' },
    { file_id: 'x', position: 0 },
    { file_id: 'x', position: 1, at: 2 },
  ])
    expect((await api.post(`/v1/search/${id}/clicks`, body)).status).toBe(422)
  expect((await api.patch('/v1/search/insight', { keeps_queries: 'yes' })).status).toBe(422)
})

test('a space is deleted with what was searched in it', async () => {
  const acme = await newTenant()
  const { space, api } = await createSpaceKey(app, acme, { slug: 'red' })
  await search(api, 'ferry')
  await insightOf(acme.api)
  expect((await acme.api.delete(`/v1/spaces/${space.id}`)).status).toBe(204)
  expect((await acme.api.get<Insight>('/v1/search/insight')).body).toMatchObject({ searches: 1 })
})
