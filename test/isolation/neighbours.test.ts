import { afterAll, describe, expect, test } from 'vitest'
import { inParallel } from '../../bench/server/in-parallel.ts'
import { waitUntilRead } from '../../bench/server/list-files.ts'
import { type Answered, exchange, type Sample } from '#isolation/server/exchange.ts'
import {
  type Api,
  createSpaceKey,
  createTenant,
  startTestApp,
  type TestTenant,
  uploadReady,
} from '../support/app.ts'
import { scale } from '../support/scale.ts'

const app = await startTestApp()
afterAll(() => app.close())

type Page = { data: { id: string }[]; next_cursor: string | null }

/** Who looks, who writes next to it, and the space it writes into. */
type Neighbours = { key: string; api: Api; neighbour: Api; space: string }

const ways: { what: string; arrange: () => Promise<Neighbours> }[] = [
  {
    what: 'another tenant',
    arrange: async () => {
      const [own, other] = [await tenantWith('quiet'), await tenantWith('busy')]
      return { key: own.key, api: own.api, neighbour: other.api, space: 'default' }
    },
  },
  {
    what: 'another space of the same tenant',
    arrange: async () => {
      const tenant = await tenantWith('both')
      const { key, api } = await createSpaceKey(app, tenant, { slug: 'quiet' })
      await createSpaceKey(app, tenant, { slug: 'busy' })
      return { key, api, neighbour: tenant.api, space: 'busy' }
    },
  },
]

describe.each(ways)('every answer stays what it was, to the byte, while $what', ({ arrange }) => {
  test(`adds, edits and deletes ${scale.neighbourDocuments} documents in the same words`, async () => {
    const { key, api, neighbour, space } = await arrange()
    for (let i = 0; i < 8; i++) {
      const fields = { external_id: `ours-${i}`, metadata: JSON.stringify({ number: i }) }
      await uploadReady(api, `ferry ${i}.md`, textOf('ours', i), fields)
    }
    const before = await observe(key, api)
    expectSubstance(before)
    const same = async (when: string) =>
      expect({ when, ...(await observe(key, api)) }).toEqual({ when, ...before })

    const ids = await write(neighbour, space, 'first')
    expect((await search(neighbour, space)).total).toBeGreaterThanOrEqual(scale.neighbourDocuments)
    await same('after it added')
    await write(neighbour, space, 'second edition')
    await inParallel(ids, lanes, async (id) => {
      const change = { name: 'ferry 1.md', metadata: { number: 1 } }
      expect((await neighbour.patch(`/v1/files/${id}`, change)).status).toBe(200)
    })
    await same('after it edited')
    await inParallel(ids, lanes, async (id) => {
      expect((await neighbour.delete(`/v1/files/${id}`)).status).toBe(204)
    })
    await same('after it deleted')
  })
})

const lanes = 8
let made = 0

const tenantWith = (slug: string): Promise<TestTenant> => createTenant(app, { slug: `${slug}-${++made}` })

const textOf = (who: string, i: number) =>
  `# Ferry ${i}\n\nThe ferryword sails at ${i} from harbour ${i % 3}. Ferryword again, ${'tide '.repeat(i % 5)}says ${who}.\n`

/** The neighbour's documents, new or in another edition; their ids. */
async function write(api: Api, space: string, edition: string): Promise<string[]> {
  const ids: string[] = []
  const numbers = Array.from({ length: scale.neighbourDocuments }, (_, i) => i)
  await inParallel(numbers, lanes, async (i) => {
    const fields = { space, external_id: `ours-${i}`, on_conflict: 'replace' }
    const reply = await api.upload<{ id: string }>(`ferry ${i}.md`, textOf(edition, i), fields)
    expect([200, 201]).toContain(reply.status)
    ids.push(reply.body.id)
  })
  await waitUntilRead(api, 60_000 + ids.length * 1_000)
  return ids
}

async function search(api: Api, space: string) {
  return (await api.post<{ total: number }>('/v1/search', { query: 'ferryword', spaces: [space] })).body
}

/** Everything that a key is told by every route that reads, page by page, with its headers. */
async function observe(key: string, api: Api): Promise<Record<string, Answered>> {
  const seen: Record<string, Answered> = {}
  const look = async (method: 'GET' | 'POST', path: string, sample: Sample = {}) => {
    const answer = await exchange(app, key, { method, path }, sample)
    seen[`${method} ${path} ${JSON.stringify(sample)}`] = answer
    return answer
  }
  for (const query of [
    'ferryword sails',
    'ferryword',
    'tide harbour 2',
    '"ferryword again"',
    'says ours',
    'first',
  ]) {
    for (const more of [
      {},
      { group_by_file: true, limit: 3 },
      { filter: { metadata: { number: { gte: 3 } } } },
      { sort: 'newest', context: 1, facets: ['type', 'origin', 'space', 'created_month', 'metadata.number'] },
    ]) {
      await look('POST', '/v1/search', { body: { query, spaces: '*', limit: 100, ...more } })
    }
    await look('POST', '/v1/ask', { body: { question: `When does the ${query} sail?` } })
  }
  for (const list of ['/v1/files', '/v1/spaces', '/v1/keys', '/v1/tenants']) {
    for (let cursor: string | null | undefined; cursor !== null;) {
      const query = { limit: 3, ...(cursor === undefined ? {} : { cursor }) }
      const { status, body } = await look('GET', list, { query })
      const page: Page | undefined = status === 200 ? JSON.parse(body) : undefined
      cursor = page?.next_cursor ?? null
    }
  }
  await look('GET', '/v1/me')
  const files = await api.get<Page>('/v1/files')
  for (const { id } of files.body.data) {
    for (const part of ['', '/content', '/text', '/chunks']) await look('GET', `/v1/files/${id}${part}`)
  }
  return seen
}

/** That there is something to see: a comparison of empty answers proves nothing. */
function expectSubstance(seen: Record<string, Answered>) {
  const answers = Object.values(seen)
  expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThan(60)
  const all = answers.map(({ body }) => body).join('\n')
  for (const part of [
    '"score":',
    '"total":8',
    '"next_cursor":"',
    '"citations":[{',
    'ferryword',
    '"facets":{"type":',
  ]) {
    expect(all).toContain(part)
  }
}
