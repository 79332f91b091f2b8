import { afterAll, beforeEach, expect, test } from 'vitest'
import {
  type Api,
  createSpaceKey,
  createTenant,
  freshDatabase,
  startTestApp,
  type TestTenant,
  uploadReady,
} from '../support/app.ts'
import {
  greeting,
  materialOf,
  modelKey,
  saying,
  startChatServer,
  writeModelsFile,
} from '../support/chat-server.ts'
import { refuse } from '../support/model-server.ts'

const endpoint = await startChatServer()
const other = await startChatServer()
const { file, remove } = await writeModelsFile(endpoint.url, {
  other: { kind: 'openai', url: other.url, model: 'other-1' },
})
const app = await startTestApp({ settings: { BULKHEAD_MODELS_FILE: file } })
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

type Digest = { words: string; phrased_by: string | null; not_phrased_by: string | null }

const digestOf = async (api: Api, query = '') => {
  const reply = await api.get<Digest>(`/v1/events/digest${query}`)
  expect(reply.status, JSON.stringify(reply.body)).toBe(200)
  return reply.body
}
const choose = ({ tenant }: TestTenant, model: string | null) =>
  app.platform.patch<{ model: string | null }>(`/v1/tenants/${tenant.id}`, { model })
const unphrased = (because: string | null) => ({
  words: expect.stringMatching(/^In the week to .+ (added 1 file|files were added): /),
  phrased_by: null,
  not_phrased_by: because,
})

let made = 0
async function tenantWith(model: string | null) {
  const acme = await createTenant(app, { slug: `phrased-${++made}` })
  expect(await choose(acme, model)).toMatchObject({ status: 200, body: { model } })
  await uploadReady(acme.api, 'heron.md', 'Of herons.')
  return acme
}

test('a model is one of those that the server has, or none', async () => {
  const { api, tenant } = await createTenant(app, { slug: 'choosy' })
  const list = {
    data: [
      { name: 'scribe', kind: 'openai', is_remote: true, is_default: false },
      { name: 'other', kind: 'openai', is_remote: true, is_default: false },
    ],
  }
  for (const who of [api, app.platform])
    expect(await who.get('/v1/models')).toMatchObject({ status: 200, body: list })
  const refused = { status: 422, body: { code: 'input.invalid', errors: [{ path: 'model' }] } }
  expect(await app.platform.patch(`/v1/tenants/${tenant.id}`, { model: 'nobody' })).toMatchObject(refused)
  expect(await api.patch('/v1/spaces/default', { model: 'nobody' })).toMatchObject(refused)
  expect(await api.post('/v1/spaces', { slug: 'x', model: 'nobody' })).toMatchObject(refused)
  expect(await api.post('/v1/spaces', { slug: 'x', model: 'scribe' })).toMatchObject({
    body: { model: 'scribe' },
  })
})

test('the chosen model finds the words, and is given the facts and no id', async () => {
  const { api } = await tenantWith('scribe')
  endpoint.always = saying('One file came:\n “heron.md”.')
  expect(await digestOf(api)).toMatchObject({
    words: 'One file came: “heron.md”.',
    phrased_by: 'scribe',
    not_phrased_by: null,
    added: { files: 1 },
  })
  const [asked] = endpoint.requests
  expect(asked).toMatchObject({
    authorization: `Bearer ${modelKey}`,
    body: { model: 'scribe-1', temperature: 0 },
  })
  expect(JSON.parse(materialOf(asked!.body))).toMatchObject({
    added: { files: 1, by: [{ names: ['heron.md'] }] },
  })
  expect(materialOf(asked!.body)).not.toMatch(/(spc|usr|key|ten)_/)
})

test('none is asked where none is chosen, and where the caller wants none', async () => {
  const { api } = await tenantWith(null)
  expect(await digestOf(api)).toMatchObject(unphrased(null))
  const chosen = await tenantWith('scribe')
  expect(await digestOf(chosen.api)).toMatchObject({ phrased_by: 'scribe' })
  expect(await digestOf(chosen.api, '?phrase=false')).toMatchObject(unphrased(null))
  await choose(chosen, 'none')
  expect(await digestOf(chosen.api)).toMatchObject(unphrased(null))
  expect(endpoint.requests).toHaveLength(1)
})

test('words that say what the digest does not are not taken', async () => {
  const { api } = await tenantWith('scribe')
  for (const lie of ['7 files came.', '“ibis.md” came.', 'See evil.example.', '[One](//x) came.']) {
    endpoint.always = saying(lie)
    expect(await digestOf(api), lie).toMatchObject(unphrased('model_ungrounded'))
  }
})

test('without an answer the words are put together as without a model', async () => {
  const { api } = await tenantWith('other')
  for (const broken of [refuse(500), refuse(401), saying('')]) {
    other.always = broken
    expect(await digestOf(api)).toMatchObject(unphrased('model_unavailable'))
  }
  // It is left alone after three failures.
  expect(await digestOf(api)).toMatchObject(unphrased('model_unavailable'))
  expect(other.requests).toHaveLength(3)
})

test('a space has its own choice, and what it holds goes to no model of another', async () => {
  const acme = await tenantWith('scribe')
  const secret = await createSpaceKey(app, acme, { slug: 'secret' })
  await uploadReady(secret.api, 'ibis.md', 'Of ibises.')
  expect(await digestOf(acme.api, '?space=secret')).toMatchObject({ phrased_by: 'scribe' })
  await acme.api.patch('/v1/spaces/secret', { model: 'none' })
  endpoint.requests.length = 0
  expect(await digestOf(acme.api, '?space=secret')).toMatchObject(unphrased(null))
  expect(await digestOf(acme.api)).toMatchObject(unphrased('spaces_differ'))
  expect(await digestOf(acme.api, '?space=default')).toMatchObject({ words: greeting, phrased_by: 'scribe' })
  expect(endpoint.requests.map(({ body }) => materialOf(body)).join()).not.toContain('ibis')

  expect(await acme.api.delete('/v1/spaces/secret?force=true')).toMatchObject({ status: 204 })
  expect(await digestOf(acme.api)).toMatchObject(unphrased('spaces_differ'))
  expect(endpoint.requests.map(({ body }) => materialOf(body)).join()).not.toContain('ibis')
})

test('a choice that is not configured any more falls back on nothing: no text goes where nobody chose', async () => {
  const database = await freshDatabase()
  const both = await startTestApp({ database, settings: { BULKHEAD_MODELS_FILE: file } })
  const chosen = await both.tenant.patch('/v1/spaces/default', { model: 'other' })
  expect(chosen.status).toBe(200)
  await both.close()
  const fewer = await writeModelsFile(endpoint.url)
  const settings = { BULKHEAD_MODELS_FILE: fewer.file, BULKHEAD_MODEL: 'scribe' }
  const one = await startTestApp({ database, settings })
  await uploadReady(one.tenant, 'heron.md', 'Of herons.')
  expect(await digestOf(one.tenant, '?space=default')).toMatchObject(unphrased('model_not_configured'))
  expect(await digestOf(one.tenant)).toMatchObject(unphrased('spaces_differ'))
  expect(endpoint.requests).toEqual([])
  await one.tenant.patch('/v1/spaces/default', { model: null })
  expect(await digestOf(one.tenant)).toMatchObject({ phrased_by: 'scribe' })
  await one.close()
  await database.drop()
  await fewer.remove()
})

test('of one tenant no more calls are under way than it may have, and another’s are', async () => {
  const [busy, calm] = [await tenantWith('scribe'), await tenantWith('scribe')]
  const held: (() => void)[] = []
  endpoint.always = (request, response) => void held.push(() => saying(greeting)(request, response))
  const waiting = Array.from({ length: 4 }, () => digestOf(busy.api))
  await expect.poll(() => held.length).toBe(4)
  expect(await digestOf(busy.api)).toMatchObject(unphrased('model_busy'))
  endpoint.always = undefined
  expect(await digestOf(calm.api)).toMatchObject({ phrased_by: 'scribe' })
  for (const answer of held) answer()
  for (const digest of await Promise.all(waiting)) expect(digest).toMatchObject({ phrased_by: 'scribe' })
})
