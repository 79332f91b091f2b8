import { afterAll, expect, test } from 'vitest'
import { permissionsOf } from '#platform/scope/index.ts'
import { client, createKey, createPartner, createTenant, startTestApp } from '../support/app.ts'

const app = await startTestApp()
afterAll(() => app.close())
const north = await createPartner(app, { slug: 'north' })
const acme = await createTenant(app, { slug: 'acme', partner: 'north' })

type Key = {
  id: string
  level: string
  secret: string
  hint: string
  permissions: string[]
  revoked_at: string
}
type Page = { data: Key[] }

test('the secret is in the answer that makes the key and nowhere else', async () => {
  const { body } = await acme.api.post<Key>('/v1/keys', { name: 'once' })
  expect(body.secret).toMatch(/^bhk_[0-9A-Za-z]{38}$/)
  expect(body.hint).toBe(`${body.secret.slice(0, 8)}…${body.secret.slice(-4)}`)
  for (const path of ['/v1/keys', `/v1/keys/${body.id}`]) {
    const answer = JSON.stringify((await acme.api.get(path)).body)
    expect(answer).toContain(body.id)
    expect(answer).not.toContain(body.secret)
    expect(answer).not.toContain('secret')
  }
})

test.each([
  { by: 'platform', body: {}, level: 'platform' },
  { by: 'platform', body: { partner: 'north' }, level: 'partner' },
  { by: 'platform', body: { tenant: 'acme' }, level: 'tenant' },
  { by: 'platform', body: { partner: 'north', tenant: 'acme' }, level: 'tenant' },
  { by: 'partner', body: {}, level: 'partner' },
  { by: 'partner', body: { tenant: 'acme' }, level: 'tenant' },
  { by: 'tenant', body: {}, level: 'tenant' },
  { by: 'tenant', body: { tenant: 'acme' }, level: 'tenant' },
  { by: 'tenant', body: { space: 'default' }, level: 'space' },
] as const)(
  'a $by key with $body makes a key of level $level that holds what it may',
  async ({ by, body, level }) => {
    const api = { platform: app.platform, partner: north.api, tenant: acme.api }[by]
    const made = await api.post<Key>('/v1/keys', { name: 'made', ...body })
    expect(made.body).toMatchObject({ level, permissions: permissionsOf[level] })
    const me = await client(app.url, made.body.secret).get('/v1/me')
    expect(me).toMatchObject({ status: 200, body: { level, permissions: permissionsOf[level] } })
  },
)

test.each([
  { by: 'platform', body: { space: 'default' }, status: 422 },
  { by: 'partner', body: { space: 'default' }, status: 422 },
  { by: 'partner', body: { partner: 'north' }, status: 422 },
  { by: 'partner', body: { tenant: 'default' }, status: 404 },
  { by: 'tenant', body: { partner: 'north' }, status: 422 },
  { by: 'tenant', body: { tenant: 'default' }, status: 404 },
  { by: 'tenant', body: { space: 'nowhere' }, status: 404 },
  { by: 'platform', body: { partner: 'internal', tenant: 'acme' }, status: 404 },
] as const)('a $by key with $body makes none: $status', async ({ by, body, status }) => {
  const api = { platform: app.platform, partner: north.api, tenant: acme.api }[by]
  expect((await api.post('/v1/keys', { name: 'none', ...body })).status).toBe(status)
})

test('a key hands on no more than it holds, and no more than the level of the new one may', async () => {
  const weak = client(app.url, await createKey(acme.api, { name: 'weak', permissions: ['keys:manage'] }))
  const refused = { status: 403, body: { code: 'keys.beyond_own_rights' } }
  const ask = (permissions: string[], space?: string) =>
    weak.post('/v1/keys', { name: 'strong', permissions, ...(space ? { space } : {}) })
  expect(await ask(['files:read'])).toMatchObject(refused)
  expect(await ask(['search:query'], 'default')).toMatchObject(refused)
  expect(await ask(['partners:manage'])).toMatchObject(refused)
  expect(await ask([])).toMatchObject({ status: 201, body: { permissions: [] } })
  const heir = await weak.post<Key>('/v1/keys', { name: 'heir' })
  expect(heir.body.permissions).toEqual(['keys:manage'])
  expect(await north.api.post('/v1/keys', { name: 'x', permissions: ['files:read'] })).toMatchObject(refused)
})

test('a key that would be dead at birth is refused', async () => {
  for (const expires_at of ['2001-01-01T00:00:00Z', new Date(Date.now() - 1000).toISOString()]) {
    const reply = await acme.api.post('/v1/keys', { name: 'late', expires_at })
    expect(reply).toMatchObject({ status: 422, body: { errors: [{ path: 'expires_at' }] } })
  }
})

test('a revoked key is refused from the next request on, stays listed, and keeps the time of its end', async () => {
  const made = await acme.api.post<Key>('/v1/keys', { name: 'short-lived' })
  const first = await acme.api.delete<Key>(`/v1/keys/${made.body.id}`)
  expect(await client(app.url, made.body.secret).get('/v1/me')).toMatchObject({
    status: 401,
    body: { code: 'auth.revoked' },
  })
  const again = await acme.api.delete<Key>(`/v1/keys/${made.body.id}`)
  expect(again.body.revoked_at).toBe(first.body.revoked_at)
  const listed = await acme.api.get<Page>('/v1/keys?limit=200')
  expect(listed.body.data.find(({ id }) => id === made.body.id)?.revoked_at).toBe(first.body.revoked_at)
})

test('each key lists those of its own part: a tenant its own, a partner its tenants’, the platform all', async () => {
  const globex = await createTenant(app, { slug: 'globex', partner: 'north' })
  const levels = async (api: typeof app.platform) => {
    const { body } = await api.get<Page>('/v1/keys?limit=200')
    return new Set(body.data.map(({ level }) => level))
  }
  expect((await globex.api.get<Page>('/v1/keys')).body.data).toHaveLength(1)
  expect(await levels(north.api)).toEqual(new Set(['partner', 'tenant', 'space']))
  expect(await levels(app.platform)).toEqual(new Set(['platform', 'partner', 'tenant', 'space']))
  const partnerKeys = (await north.api.get<Page>('/v1/keys?limit=200')).body.data
  const above = partnerKeys.find(({ level }) => level === 'partner')
  expect((await acme.api.get(`/v1/keys/${above?.id}`)).status).toBe(404)
  expect((await acme.api.delete(`/v1/keys/${above?.id}`)).status).toBe(404)
})
