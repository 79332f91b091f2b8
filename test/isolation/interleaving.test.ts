import { request } from 'node:http'
import { afterAll, expect, test } from 'vitest'
import { type Api, createTenant, startTestApp, waitUntilReady } from '../support/app.ts'

/** Few connections for many callers: each serves many tenants in turn. */
const app = await startTestApp({ settings: { BULKHEAD_DATABASE_POOL_SIZE: '2' } })
afterAll(() => app.close())

type Tenant = { id: string; key: string; api: Api; word: string; file: string }

const tenants: Tenant[] = []
for (let i = 0; i < 20; i++) {
  const word = `tide${String.fromCodePoint(97 + i)}word`
  const { tenant, key, api } = await createTenant(app, { slug: `tenant-${word}` })
  const { body } = await api.upload<{ id: string }>(`${word}.md`, `Common ground. The ${word} is ours.`)
  tenants.push({ id: tenant.id, key, api, word, file: body.id })
}
await Promise.all(tenants.map(({ api, file }) => waitUntilReady(api, file)))

/** What a tenant asks, and that what it is told is its own: the word of its file, and no other tenant's. */
const asking: ((tenant: Tenant) => Promise<{ status: number; body: unknown }>)[] = [
  ({ api }) => api.get('/v1/files'),
  ({ api, file }) => api.get(`/v1/files/${file}`),
  ({ api, file }) => api.get(`/v1/files/${file}/text`),
  ({ api }) => api.get('/v1/tenants'),
  ({ api, word }) => api.post('/v1/search', { query: `common ${word}`, spaces: '*' }),
  ({ api, word }) => api.post('/v1/ask', { question: `Whose is the ${word}?` }),
  ({ api }) => api.post('/v1/search', { query: 'common ground', spaces: '*' }),
]

const words = tenants.map(({ word }) => word)

async function askOne(number: number): Promise<string | undefined> {
  const tenant = tenants[(number * 7) % tenants.length]
  const ask = asking[number % asking.length]
  if (!tenant || !ask) return 'nobody asked'
  const { status, body } = await ask(tenant)
  const text = JSON.stringify(body)
  const seen = words.filter((word) => text.includes(word))
  return status === 200 && seen.length === 1 && seen[0] === tenant.word
    ? undefined
    : `${status} ${seen.join()}`
}

test('500 requests of 20 tenants at the same time over two connections: none is told anything of another', async () => {
  const wrong = await Promise.all(Array.from({ length: 500 }, (_, i) => askOne(i)))
  expect(wrong.filter((one) => one !== undefined)).toEqual([])
})

test('after 200 requests that were broken off anywhere the next ones are right, and no connection keeps a setting', async () => {
  const random = seeded(20)
  const outcomes = await Promise.all(
    Array.from({ length: 200 }, (_, i) => breakOff(tenants[i % tenants.length]!, i, random() * 40)),
  )
  expect(outcomes.filter((outcome) => outcome === 'broken off').length).toBeGreaterThan(50)
  const settings = await Promise.all(Array.from({ length: 50 }, leftover))
  expect(new Set(settings)).toEqual(new Set(['']))
  const wrong = await Promise.all(Array.from({ length: 100 }, (_, i) => askOne(i)))
  expect(wrong.filter((one) => one !== undefined)).toEqual([])
})

/** What the transactions before left on a connection: all settings together, as the next one finds them. */
async function leftover(): Promise<unknown> {
  const { rows } = await app.db.system('check-health', (tx) =>
    tx.execute(
      `select concat(current_setting('app.tenant_id', true), current_setting('app.spaces', true),
        current_setting('app.partner_id', true), current_setting('app.platform', true),
        current_setting('app.secret_hash', true)) as settings`,
    ),
  )
  return rows[0]?.['settings']
}

/** Sends a search and ends the connection after a while, whatever has happened by then. */
function breakOff(
  { key, word }: Tenant,
  number: number,
  afterMs: number,
): Promise<'answered' | 'broken off'> {
  return new Promise((resolve) => {
    const outgoing = request(new URL(number % 3 ? '/v1/search' : '/v1/spaces', app.url), {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    })
    outgoing.on('response', (incoming) => incoming.resume().on('end', () => resolve('answered')))
    outgoing.on('error', () => resolve('broken off'))
    outgoing.end(JSON.stringify(number % 3 ? { query: `common ${word}` } : { slug: `broken-${number}` }))
    setTimeout(() => outgoing.destroy(), afterMs)
  })
}

/** Park and Miller's generator, so that a failure can be repeated. */
function seeded(seed: number): () => number {
  let state = seed
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647
}
