import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import {
  createSpaceKey,
  createTenant,
  freshDatabase,
  startTestApp,
  type TestTenant,
  until,
  uploadReady,
} from '../support/app.ts'
import { endpointKey, writeEmbeddersFile } from '../support/embedders-file.ts'
import { startEmbeddingServer } from '../support/embedding-server.ts'
import { refuse } from '../support/model-server.ts'

const endpoint = await startEmbeddingServer()
const { file, remove } = await writeEmbeddersFile(endpoint.url, {
  second: { kind: 'static', share: 0.3 },
})
const app = await startTestApp({ settings: { BULKHEAD_EMBEDDERS_FILE: file } })
afterAll(async () => {
  await app.close()
  await endpoint.close()
  await remove()
})
beforeEach(() => {
  endpoint.always = undefined
  endpoint.requests.length = 0
})

type Found = {
  results: { file_name: string; text: string; match_source: string }[]
  mode_used: string
  degraded: boolean
  degraded_by: string | null
}
type Embedding = { embedder: string; serving: string | null; state: string; files: number; embedded: number }

const search = async ({ api }: Pick<TestTenant, 'api'>, body: Record<string, unknown>) =>
  (await api.post<Found>('/v1/search', body)).body
const embeddingOf = async ({ api }: Pick<TestTenant, 'api'>, space = 'default') =>
  (await api.get<Embedding>(`/v1/spaces/${space}/embedding`)).body
const choose = (tenant: TestTenant, embedder: string | null) =>
  app.platform.patch<{ embedder: string | null }>(`/v1/tenants/${tenant.tenant.id}`, { embedder })
const untilReady = (tenant: Pick<TestTenant, 'api'>, embedder: string, space = 'default') =>
  until(`${space} has vectors of ${embedder}`, async () => {
    const now = await embeddingOf(tenant, space)
    return now.serving === embedder && now.state === 'ready' ? now : undefined
  })

let made = 0
const newTenant = () => createTenant(app, { slug: `embedded-${++made}` })

describe('choosing an embedder', () => {
  test('is among those that the server has', async () => {
    const { api, tenant } = await newTenant()
    const list = {
      data: [{ name: 'builtin', is_default: true, is_remote: false }, { name: 'far', is_remote: true }, {}],
    }
    for (const who of [api, app.platform])
      expect(await who.get('/v1/embedders')).toMatchObject({ status: 200, body: list })
    const refused = { status: 422, body: { code: 'input.invalid', errors: [{ path: 'embedder' }] } }
    expect(await app.platform.patch(`/v1/tenants/${tenant.id}`, { embedder: 'none' })).toMatchObject(refused)
    expect(await app.platform.post('/v1/tenants', { slug: 'x', embedder: 'none' })).toMatchObject(refused)
    expect(await api.patch('/v1/spaces/default', { embedder: 'none' })).toMatchObject(refused)
    expect(await api.post('/v1/spaces', { slug: 'x', embedder: 'none' })).toMatchObject(refused)
  })

  test('a space has its own choice, else its tenant’s, else the server’s', async () => {
    const acme = await newTenant()
    expect(await embeddingOf(acme)).toMatchObject({ embedder: 'builtin', serving: null, state: 'ready' })
    expect((await choose(acme, 'far')).body).toMatchObject({ embedder: 'far' })
    expect(await embeddingOf(acme)).toMatchObject({ embedder: 'far' })
    expect(await acme.api.patch('/v1/spaces/default', { embedder: 'second' })).toMatchObject({
      status: 200,
      body: { embedder: 'second' },
    })
    expect(await embeddingOf(acme)).toMatchObject({ embedder: 'second' })
    await acme.api.patch('/v1/spaces/default', { embedder: null })
    await choose(acme, null)
    expect(await embeddingOf(acme)).toMatchObject({ embedder: 'builtin' })
  })

  test('a change embeds the files anew in the background, and the former one answers until that is done', async () => {
    const acme = await newTenant()
    for (const [name, text] of [
      ['a.md', 'silent'],
      ['b.md', 'tinsel'],
    ] as const)
      await uploadReady(acme.api, name, text)
    const query = { query: 'enlist', mode: 'vector' }
    expect(await search(acme, query)).toMatchObject({ mode_used: 'vector', degraded: false, results: [] })
    expect(endpoint.requests).toEqual([])

    let letThrough = () => {}
    endpoint.next = [
      (request, response) => (letThrough = () => refuse(503, { 'retry-after': '0' })(request, response)),
    ]
    await choose(acme, 'far')
    await until('the endpoint is asked', async () => endpoint.requests[0])
    expect(await embeddingOf(acme)).toEqual(
      expect.objectContaining({
        embedder: 'far',
        serving: 'builtin',
        state: 'changing',
        files: 2,
        embedded: 0,
      }),
    )
    expect(await search(acme, query)).toMatchObject({ mode_used: 'vector', degraded: false, results: [] })
    expect(endpoint.requests).toHaveLength(1)
    letThrough()
    expect(await untilReady(acme, 'far')).toMatchObject({ files: 2, embedded: 2 })
    const found = await search(acme, query)
    expect(found).toMatchObject({ mode_used: 'vector', degraded: false })
    expect(found.results.map((one) => one.file_name).sort()).toEqual(['a.md', 'b.md'])
    expect(endpoint.requests.at(-1)).toMatchObject({
      authorization: `Bearer ${endpointKey}`,
      body: { model: 'letters-1', input: ['enlist'] },
    })
    await choose(acme, 'builtin')
    await untilReady(acme, 'builtin')
    endpoint.requests.length = 0
    await search(acme, query)
    expect(endpoint.requests).toEqual([])
  })
})

describe('texts', () => {
  test('of a tenant with the built-in embedder never reach the endpoint, whatever the neighbour uses', async () => {
    const [own, neighbour] = [await newTenant(), await newTenant()]
    await choose(neighbour, 'far')
    await uploadReady(neighbour.api, 'theirs.md', 'The petunia needs water.')
    expect(JSON.stringify(endpoint.requests)).toContain('petunia')
    endpoint.requests.length = 0
    await uploadReady(own.api, 'ours.md', 'The marigold needs water.')
    for (const mode of ['hybrid', 'text', 'vector']) await search(own, { query: 'marigold', mode })
    await search(own, { query: 'marigold', spaces: '*' })
    await own.api.post('/v1/ask', { question: 'What does the marigold need?' })
    expect(endpoint.requests).toEqual([])
    await search(neighbour, { query: 'water' })
    expect(endpoint.requests.map(({ body }) => body.input)).toEqual([['water']])
  })

  test('of one space reach the endpoint and those of another do not; together each is asked by its own', async () => {
    const acme = await newTenant()
    const far = await createSpaceKey(app, acme, { slug: 'far-away' })
    const near = await createSpaceKey(app, acme, { slug: 'near' })
    await acme.api.patch('/v1/spaces/far-away', { embedder: 'far' })
    await uploadReady(far.api, 'far.md', 'silent')
    await uploadReady(near.api, 'near.md', 'The pump needs oil every month.')
    endpoint.requests.length = 0
    await search(near, { query: 'machine fuel monthly' })
    await search(acme, { query: 'machine fuel monthly', spaces: ['near'] })
    expect(endpoint.requests).toEqual([])
    const both = await search(acme, { query: 'machine fuel monthly', spaces: ['near', 'far-away'] })
    expect(both).toMatchObject({ mode_used: 'hybrid', degraded: false })
    expect(both.results[0]).toMatchObject({ file_name: 'near.md', match_source: 'vector' })
    expect(endpoint.requests.map(({ body }) => body.input)).toEqual([['machine fuel monthly']])
    expect(await embeddingOf(near, 'far-away')).toMatchObject({ code: 'spaces.not_found' })
    expect(await embeddingOf(near, 'near')).toMatchObject({ serving: 'builtin', files: 1, embedded: 1 })
  })
})

describe('an endpoint that is down', () => {
  test('has queries answered by words, at once after a few, and files found by words until it is back', async () => {
    const acme = await newTenant()
    await choose(acme, 'far')
    await uploadReady(acme.api, 'before.md', 'silent')
    endpoint.always = refuse(500)
    endpoint.requests.length = 0
    for (let i = 0; i < 6; i++) {
      const found = await search(acme, { query: 'silent' })
      expect(found).toMatchObject({ mode_used: 'text', degraded: true, degraded_by: 'embedder_unavailable' })
      expect(found.results).toHaveLength(1)
    }
    expect(endpoint.requests).toHaveLength(3)

    endpoint.always = refuse(400) // not down, but no vectors either
    await uploadReady(acme.api, 'meanwhile.md', 'silent')
    expect(await search(acme, { query: 'silent', mode: 'text' })).toMatchObject({ results: [{}, {}] })
    expect(await embeddingOf(acme)).toMatchObject({ state: 'incomplete', files: 2, embedded: 1 })
    endpoint.always = undefined
    expect(await untilReady(acme, 'far')).toMatchObject({ files: 2, embedded: 2 })
  })
})

test('a choice that is not configured any more falls back on nothing: no text goes where nobody chose', async () => {
  const database = await freshDatabase()
  const some = await writeEmbeddersFile(endpoint.url, { second: { kind: 'static' } })
  const fewer = await writeEmbeddersFile(endpoint.url)
  try {
    const before = await startTestApp({ database, settings: { BULKHEAD_EMBEDDERS_FILE: some.file } })
    await before.tenant.patch('/v1/spaces/default', { embedder: 'second' })
    await uploadReady(before.tenant, 'a.md', 'silent')
    await before.close()
    const settings = { BULKHEAD_EMBEDDERS_FILE: fewer.file, BULKHEAD_EMBEDDER: 'far' }
    const after = await startTestApp({ database, settings })
    const own = { api: after.tenant }
    await uploadReady(after.tenant, 'b.md', 'silent')
    expect(await embeddingOf(own)).toMatchObject({
      embedder: 'second',
      serving: null,
      state: 'not_configured',
    })
    expect(await search(own, { query: 'silent' })).toMatchObject({
      mode_used: 'text',
      degraded: true,
      results: [{}, {}],
    })
    expect(endpoint.requests).toEqual([])
    await after.tenant.patch('/v1/spaces/default', { embedder: null })
    await untilReady(own, 'far')
    expect(endpoint.requests).not.toEqual([])
    await after.close()
    const last = await startTestApp({ database, settings: { BULKHEAD_EMBEDDERS_FILE: fewer.file } })
    await search({ api: last.tenant }, { query: 'silent' }) // the first one finds that the default is another
    await untilReady({ api: last.tenant }, 'builtin')
    await last.close()
  } finally {
    await some.remove()
    await fewer.remove()
    await database.drop()
  }
})
