import { afterAll, describe, expect, test } from 'vitest'
import {
  client,
  createKey,
  createPartner,
  createSpaceKey,
  createTenant,
  startTestApp,
  uploadReady,
} from '../support/app.ts'

/** Places where one part of a request is one's own and another is not. */
const app = await startTestApp()
afterAll(() => app.close())
const east = await createPartner(app, { slug: 'east' })
const west = await createPartner(app, { slug: 'west' })
const own = await createTenant(app, { slug: 'own', partner: 'east' })
const other = await createTenant(app, { slug: 'other', partner: 'west' })
const inner = await createSpaceKey(app, own, { slug: 'inner' })
const beside = await createSpaceKey(app, own, { slug: 'beside' })
const theirs = await createSpaceKey(app, other, { slug: 'theirs' })

type Found = { total: number; results: { file_id: string }[] }
type File = { id: string; space_id: string; sha256: string; name: string }

const total = async (api: typeof own.api, body: object) =>
  (await api.post<Found>('/v1/search', { mode: 'text', ...body })).body.total

describe('a parent that is one’s own with a child that is not', () => {
  test('a key for a tenant is made only under the partner that has it', async () => {
    const name = 'key'
    const post = (body: object) => app.platform.post('/v1/keys', { name, ...body })
    expect((await post({ partner: east.partner.id, tenant: own.tenant.id })).status).toBe(201)
    const mixed = await post({ partner: east.partner.id, tenant: other.tenant.id })
    expect(mixed).toMatchObject({ status: 404, body: { code: 'tenants.not_found' } })
    expect((await east.api.post('/v1/keys', { name, tenant: other.tenant.id })).status).toBe(404)
    expect((await west.api.post('/v1/keys', { name, tenant: other.tenant.id })).status).toBe(201)
  })

  test('a key for a space is made only in the tenant that has it', async () => {
    const post = (space: string) => own.api.post('/v1/keys', { name: 'key', tenant: own.tenant.id, space })
    expect((await post(inner.space.id)).status).toBe(201)
    for (const space of [theirs.space.id, theirs.space.slug]) {
      expect(await post(space)).toMatchObject({ status: 404, body: { code: 'spaces.not_found' } })
    }
  })

  test('a space and a file that are both one’s own but not each other’s find nothing', async () => {
    const file = await uploadReady(inner.api, 'inner.md', 'The innerword.')
    const search = { query: 'innerword', files: [file.id] }
    expect(await total(own.api, { ...search, spaces: [inner.space.id] })).toBe(1)
    expect(await total(own.api, { ...search, spaces: [beside.space.id] })).toBe(0)
    const listed = (space: string) => own.api.get<{ data: File[] }>(`/v1/files?space=${space}&name=inner`)
    expect((await listed(inner.space.id)).body.data).toHaveLength(1)
    expect((await listed(beside.space.id)).body.data).toEqual([])
  })
})

describe('what is written never lands on what another has', () => {
  test.each(['replace', 'skip', 'fail'])(
    'an external id that is taken next door is free here (%s)',
    async (mode) => {
      const external_id = `taken-${mode}`
      const before: File[] = []
      for (const { api } of [theirs, beside]) {
        before.push((await api.upload<File>('first.txt', 'The first.', { external_id })).body)
      }
      const fields = { external_id, on_conflict: mode, space: inner.space.id }
      const made = await own.api.upload<File>('mine.txt', 'Mine.', fields)
      expect(made).toMatchObject({ status: 201, body: { space_id: inner.space.id, name: 'mine.txt' } })
      for (const [i, { api }] of [theirs, beside].entries()) {
        const { id, sha256, name } = before[i]!
        expect((await api.get<File>(`/v1/files/${id}`)).body).toMatchObject({ id, sha256, name })
      }
    },
  )

  test.each([
    ['/v1/spaces', { slug: 'fresh', id: inner.space.id }],
    ['/v1/spaces', { slug: 'fresh', tenant_id: other.tenant.id }],
    ['/v1/spaces', { slug: 'fresh', tenant: other.tenant.id }],
    ['/v1/keys', { name: 'k', tenant_id: other.tenant.id }],
    ['/v1/keys', { name: 'k', space_id: theirs.space.id }],
    ['/v1/keys', { name: 'k', level: 'platform' }],
    ['/v1/search', { query: 'x', tenant: other.tenant.id }],
    ['/v1/search', { query: 'x', tenant_id: other.tenant.id }],
    ['/v1/search', { query: 'x', filter: { tenant: other.tenant.id } }],
    ['/v1/search', { query: 'x', filter: { space_id: theirs.space.id } }],
    ['/v1/ask', { question: 'x', model: theirs.space.id }],
  ])('%s refuses an owner or an id that the caller chose: %j', async (path, body) => {
    expect(await own.api.post(path, body)).toMatchObject({ status: 422, body: { code: 'input.invalid' } })
  })

  test('a file goes by a change to no other owner, and to no space that its caller may not name', async () => {
    const { body: file } = await inner.api.upload<File>('stays.txt', 'Stays.')
    const path = `/v1/files/${file.id}`
    for (const owner of [{ space_id: beside.space.id }, { tenant_id: other.tenant.id }]) {
      expect(await own.api.patch(path, owner)).toMatchObject({ status: 422, body: { code: 'input.invalid' } })
    }
    const nowhere = { status: 404, body: { code: 'spaces.not_found' } }
    expect(await inner.api.patch(path, { space: beside.space.id })).toMatchObject(nowhere)
    for (const space of [theirs.space.id, theirs.space.slug]) {
      expect(await own.api.patch(path, { space })).toMatchObject(nowhere)
    }
    expect((await inner.api.get<File>(path)).body.space_id).toBe(inner.space.id)
    expect((await own.api.patch(path, { space: beside.space.id })).status).toBe(200)
    expect((await beside.api.get<File>(path)).body.space_id).toBe(beside.space.id)
  })
})

describe('a credential counts in one place alone', () => {
  const { key } = other
  test.each([
    ['the address', `/v1/me?key=${key}`, {}],
    ['the address as a token', `/v1/me?access_token=${key}`, {}],
    ['a header of another name', '/v1/me', { 'x-api-key': key }],
    ['a basic login', '/v1/me', { authorization: `Basic ${btoa(`${key}:`)}` }],
    ['a cookie', '/v1/me', { cookie: `authorization=Bearer ${key}; key=${key}` }],
    ['a proxy’s header', '/v1/me', { 'proxy-authorization': `Bearer ${key}` }],
  ])('and not in %s', async (_where, path, headers) => {
    expect((await client(app.url, key).get('/v1/me')).status).toBe(200)
    expect([401, 422]).toContain((await client(app.url).get(path, { headers })).status)
  })
})

test('the key of a space that was deleted does not open the space that took its slug', async () => {
  const old = await createSpaceKey(app, own, { slug: 'seasonal' })
  expect((await old.api.get('/v1/files')).status).toBe(200)
  expect((await own.api.delete(`/v1/spaces/${old.space.id}`)).status).toBe(204)
  const young = await createSpaceKey(app, own, { slug: 'seasonal' })
  await uploadReady(young.api, 'new.md', 'The seasonword.')
  expect(await total(young.api, { query: 'seasonword' })).toBe(1)

  for (const spaces of [undefined, '*', ['seasonal'], [young.space.id]]) {
    const { status, body } = await old.api.post<Found>('/v1/search', {
      query: 'seasonword',
      ...(spaces ? { spaces } : {}),
    })
    expect({ spaces, total: status === 200 ? body.total : 0 }).toEqual({ spaces, total: 0 })
  }
  expect((await old.api.get('/v1/spaces/seasonal')).status).not.toBe(200)
  expect((await old.api.upload('x.txt', 'x', { space: 'seasonal' })).status).not.toBe(201)
})

test('tenants that ask the same thing of the same words at once are each answered from their own files', async () => {
  const text = 'The echoword is heard in the valley.'
  const mine = await uploadReady(own.api, 'echo.md', text)
  const yours = await uploadReady(other.api, 'echo.md', text)
  const spaceKey = client(app.url, await createKey(own.api, { name: 'empty', space: beside.space.id }))
  const question = { question: 'Where is the echoword heard?', spaces: '*' }
  const sourcesOf = async (api: typeof own.api) => {
    const { body } = await api.post<{ citations: { file_id: string }[] }>('/v1/ask', question)
    return body.citations.map(({ file_id }) => file_id)
  }
  const rounds = await Promise.all(
    Array.from({ length: 8 }, () => Promise.all([own.api, other.api, spaceKey].map(sourcesOf))),
  )
  for (const round of rounds) expect(round).toEqual([[mine.id], [yours.id], []])
})
