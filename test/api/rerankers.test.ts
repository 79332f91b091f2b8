import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import {
  createSpaceKey,
  createTenant,
  freshDatabase,
  startTestApp,
  type TestTenant,
  uploadReady,
} from '../support/app.ts'
import { refuse } from '../support/model-server.ts'
import { answering, rerankKey, startRerankServer, writeRerankersFile } from '../support/rerank-server.ts'

const endpoint = await startRerankServer()
const other = await startRerankServer()
const { file, remove } = await writeRerankersFile(endpoint.url, {
  other: { kind: 'cohere', url: other.url, model: 'other-1', share: 1 },
  wordy: { kind: 'embedder', embedder: 'builtin' },
})
const app = await startTestApp({ settings: { BULKHEAD_RERANKERS_FILE: file } })
afterAll(async () => {
  await app.close()
  await endpoint.close()
  await other.close()
  await remove()
})
beforeEach(() => {
  for (const server of [endpoint, other]) {
    server.always = undefined
    server.requests.length = 0
  }
})

type Result = {
  file_name: string
  file_id: string
  text: string
  score: number
  rerank_score?: number
  explanation?: { rerank: { reranker: string; before: number; score: number } | null }
}
type Found = {
  results: Result[]
  total: number
  next_cursor: string | null
  reranked: boolean
  not_reranked_by: string | null
  facets?: unknown
}

const search = async ({ api }: Pick<TestTenant, 'api'>, body: Record<string, unknown>) => {
  const reply = await api.post<Found>('/v1/search', body)
  expect(reply.status).toBe(200)
  return reply.body
}
const namesOf = ({ results }: Found) => results.map(({ file_name }) => file_name)
const choose = (tenant: TestTenant, reranker: string | null) =>
  app.platform.patch<{ reranker: string | null }>(`/v1/tenants/${tenant.tenant.id}`, { reranker })

let made = 0
/** A tenant with files that all have the word; the longer, the more often. */
async function tenantWith(count: number, reranker: string | null = 'short') {
  const acme = await createTenant(app, { slug: `reranked-${++made}` })
  if (reranker !== null) await choose(acme, reranker)
  for (let n = 1; n <= count; n++)
    await uploadReady(acme.api, `${n}.md`, `A ferry${', and one more ferry'.repeat(n)}.`)
  return acme
}

describe('choosing a reranker', () => {
  test('is among those that the server has, and none', async () => {
    const { api, tenant } = await createTenant(app, { slug: 'choosy' })
    const list = {
      data: [
        { name: 'short', kind: 'cohere', is_remote: true, is_default: false },
        { name: 'other' },
        { name: 'wordy', kind: 'embedder', is_remote: false },
      ],
    }
    for (const who of [api, app.platform])
      expect(await who.get('/v1/rerankers')).toMatchObject({ status: 200, body: list })
    const refused = { status: 422, body: { code: 'input.invalid', errors: [{ path: 'reranker' }] } }
    expect(await app.platform.patch(`/v1/tenants/${tenant.id}`, { reranker: 'nobody' })).toMatchObject(
      refused,
    )
    expect(await api.patch('/v1/spaces/default', { reranker: 'nobody' })).toMatchObject(refused)
    expect(await api.post('/v1/spaces', { slug: 'x', reranker: 'nobody' })).toMatchObject(refused)
    expect(await api.patch('/v1/spaces/default', { reranker: 'none' })).toMatchObject({ status: 200 })
  })

  test('a space has its own choice, else its tenant’s, else the server’s', async () => {
    const acme = await tenantWith(2, null)
    expect(await search(acme, { query: 'ferry' })).toMatchObject({ reranked: false, not_reranked_by: null })
    expect(endpoint.requests).toEqual([])
    await choose(acme, 'short')
    expect(await search(acme, { query: 'ferry' })).toMatchObject({ reranked: true, not_reranked_by: null })
    await acme.api.patch('/v1/spaces/default', { reranker: 'none' })
    expect(await search(acme, { query: 'ferry' })).toMatchObject({ reranked: false, not_reranked_by: null })
    await acme.api.patch('/v1/spaces/default', { reranker: 'other' })
    await search(acme, { query: 'ferry' })
    expect([endpoint.requests.length, other.requests.length]).toEqual([1, 1])
  })
})

describe('a reranked search', () => {
  test('has the same finds in another order, with the same total and facets', async () => {
    const acme = await tenantWith(4)
    const asked = { query: 'ferry', facets: ['type'] }
    const plain = await search(acme, { ...asked, rerank: false })
    const reranked = await search(acme, { ...asked, explain: true })
    expect(namesOf(plain)).not.toEqual(['1.md', '2.md', '3.md', '4.md'])
    expect(namesOf(reranked)).toEqual(['1.md', '2.md', '3.md', '4.md'])
    expect(reranked).toMatchObject({ total: plain.total, facets: plain.facets, reranked: true })
    for (const { file_id, score, rerank_score, explanation } of reranked.results) {
      const before = plain.results.findIndex((one) => one.file_id === file_id)
      expect(score).toBe(plain.results[before]!.score)
      expect(explanation?.rerank).toMatchObject({
        reranker: 'short',
        before: before + 1,
        score: rerank_score,
      })
    }
    expect(plain.results[0]).not.toHaveProperty('rerank_score')
    expect(endpoint.requests).toMatchObject([
      {
        authorization: `Bearer ${rerankKey}`,
        body: { query: 'ferry', documents: plain.results.map(({ text }) => text) },
      },
    ])
  })

  test('is of a query in the order of relevance, and of nothing else', async () => {
    const acme = await tenantWith(2)
    const { results } = await search(acme, { query: 'ferry', sort: 'newest' })
    await search(acme, { like: { file: results[0]!.file_id } })
    await search(acme, { query: 'ferry', rerank: false })
    expect(endpoint.requests).toEqual([])
  })

  test('keeps the score by words in the order, and an embedder of this machine sends nothing', async () => {
    const acme = await tenantWith(3, 'wordy')
    const { results, reranked } = await search(acme, { query: 'ferry', explain: true })
    expect(reranked).toBe(true)
    for (const { explanation } of results) {
      const { score, weight, relevance, best_relevance, words, best_words } = explanation!
        .rerank as never as Record<string, number>
      expect(score).toBeCloseTo(
        (weight! * relevance!) / best_relevance! + ((1 - weight!) * words!) / best_words!,
        12,
      )
      expect(words).toBeGreaterThan(0)
    }
    expect(endpoint.requests).toEqual([])
  })

  test('shows each find once however it is cut into pages, and whatever happens to the reranker between them', async () => {
    const acme = await tenantWith(24)
    const pages = async (limit: number, between = () => {}) => {
      const names: string[] = []
      for (let cursor: string | null | undefined; cursor !== null;) {
        const found: Found = await search(acme, { query: 'ferry', limit, ...(cursor ? { cursor } : {}) })
        expect(found.total).toBe(24)
        names.push(...namesOf(found))
        cursor = found.next_cursor
        between()
      }
      return names
    }
    const whole = await pages(100)
    const plain = namesOf(await search(acme, { query: 'ferry', limit: 100, rerank: false }))
    const numbers = (names: string[]) => names.map((name) => parseInt(name, 10))
    expect(numbers(whole.slice(0, 20))).toEqual(numbers(plain.slice(0, 20)).toSorted((a, b) => a - b))
    expect(whole.slice(20)).toEqual(plain.slice(20))
    for (const limit of [1, 7, 10, 20, 23]) expect(await pages(limit)).toEqual(whole)
    const broken = await pages(7, () => (endpoint.always = refuse(400)))
    expect(broken.toSorted()).toEqual(whole.toSorted())
  })
})

describe('texts', () => {
  test('of one space reach its reranker and no other, and those of a space without one reach none', async () => {
    const acme = await createTenant(app, { slug: `reranked-${++made}` })
    for (const [slug, reranker] of [
      ['one', 'short'],
      ['two', 'other'],
      ['three', 'none'],
    ] as const) {
      const { api } = await createSpaceKey(app, acme, { slug })
      await acme.api.patch(`/v1/spaces/${slug}`, { reranker })
      for (const n of [3, 1, 2])
        await uploadReady(api, `${slug}-${n}.md`, `${slug} ferry${' ferry'.repeat(n)}`)
    }
    const plain = namesOf(await search(acme, { query: 'ferry', spaces: '*', rerank: false }))
    const found = namesOf(await search(acme, { query: 'ferry', spaces: '*' }))
    const sentTo = (server: typeof endpoint) => server.requests.flatMap(({ body }) => body.documents)
    expect(sentTo(endpoint)).toHaveLength(3)
    expect(sentTo(endpoint).every((text) => text.startsWith('one'))).toBe(true)
    expect(sentTo(other).every((text) => text.startsWith('two'))).toBe(true)
    // Each reranker orders its own finds, in the places that these hold.
    for (const [place, name] of found.entries()) expect(name.split('-')[0]).toBe(plain[place]!.split('-')[0])
    for (const slug of ['one', 'two'])
      expect(found.filter((name) => name.startsWith(slug))).toEqual([1, 2, 3].map((n) => `${slug}-${n}.md`))
  })

  test('that the caller may not read are not sent', async () => {
    const acme = await createTenant(app, { slug: `reranked-${++made}` })
    await choose(acme, 'short')
    const own = await createSpaceKey(app, acme, { slug: 'own' })
    await uploadReady(own.api, 'a.md', 'A ferry of mine.')
    await uploadReady(own.api, 'b.md', 'Another ferry of mine.')
    await uploadReady(acme.api, 'c.md', 'A ferry that is hidden.')
    await search(acme, { query: 'ferry', spaces: '*' })
    expect(JSON.stringify(endpoint.requests)).toContain('hidden')
    endpoint.requests.length = 0
    await search(own, { query: 'ferry', spaces: '*' })
    expect(endpoint.requests).toHaveLength(1)
    expect(JSON.stringify(endpoint.requests)).not.toContain('hidden')
  })
})

describe('a reranker that fails', () => {
  const failures = {
    'answers with an error': refuse(500),
    'answers for half of the texts': answering((results) => results.slice(1)),
    'answers with an index twice': answering((results) => results.map((one) => ({ ...one, index: 0 }))),
    'answers with null': answering((results) => results.map((one) => ({ ...one, relevance_score: null }))),
    'sends elsewhere': refuse(307, { location: other.url }),
  }
  test.each(Object.entries(failures))(
    'and %s leaves the order as it was, and says so',
    async (_, failure) => {
      const acme = await tenantWith(3, 'other')
      const plain = await search(acme, { query: 'ferry', rerank: false })
      other.always = failure
      expect(await search(acme, { query: 'ferry' })).toEqual({
        ...plain,
        id: expect.any(String),
        took_ms: expect.any(Number),
        reranked: false,
        not_reranked_by: 'reranker_unavailable',
      })
      other.always = undefined
      other.requests.length = 0
      expect((await search(acme, { query: 'ferry' })).reranked).toBe(true) // one success closes its circuit
    },
  )

  test('three times in a row is left alone: searches do not wait for it any more', async () => {
    const acme = await tenantWith(2)
    endpoint.always = refuse(503)
    for (let i = 0; i < 5; i++)
      expect(await search(acme, { query: 'ferry' })).toMatchObject({
        not_reranked_by: 'reranker_unavailable',
      })
    expect(endpoint.requests).toHaveLength(3)
  })
})

test('a choice that is not configured any more falls back on nothing: no text goes where nobody chose', async () => {
  const database = await freshDatabase()
  const fewer = await writeRerankersFile(endpoint.url)
  try {
    const before = await startTestApp({ database, settings: { BULKHEAD_RERANKERS_FILE: file } })
    await before.tenant.patch('/v1/spaces/default', { reranker: 'other' })
    for (const name of ['a', 'b']) await uploadReady(before.tenant, `${name}.md`, `A ferry, says ${name}.`)
    await before.close()
    const settings = { BULKHEAD_RERANKERS_FILE: fewer.file, BULKHEAD_RERANKER: 'short' }
    const after = await startTestApp({ database, settings })
    expect(await search({ api: after.tenant }, { query: 'ferry' })).toMatchObject({
      results: [{}, {}],
      reranked: false,
      not_reranked_by: 'reranker_not_configured',
    })
    expect([endpoint.requests, other.requests]).toEqual([[], []])
    await after.close()
  } finally {
    await fewer.remove()
    await database.drop()
  }
})
