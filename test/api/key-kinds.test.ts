import { afterAll, expect, test } from 'vitest'
import { client, createKey, startTestApp, uploadReady } from '../support/app.ts'
import { create } from '../support/people.ts'

const at = { now: new Date('2030-01-01T00:00:00Z') }
const app = await startTestApp({ clock: { now: () => at.now } })
afterAll(() => app.close())
const { tenant } = app

type Key = {
  id: string
  secret: string
  expires_at: string | null
  last_used_at: string | null
  replaces: string | null
}

test('a rotated key goes on for its overlap and no longer; the new one is what it was', async () => {
  const old = await create<Key>(tenant, '/v1/keys', { name: 'turning', permissions: ['files:read'] })
  const fresh = await create<Key>(tenant, `/v1/keys/${old.id}/rotate`, { overlap_seconds: 600 })
  expect(fresh).toMatchObject({
    name: 'turning',
    permissions: ['files:read'],
    replaces: old.id,
    expires_at: null,
  })
  const [before, after] = [client(app.url, old.secret), client(app.url, fresh.secret)]
  expect([(await before.get('/v1/me')).status, (await after.get('/v1/me')).status]).toEqual([200, 200])
  at.now = new Date(at.now.getTime() + 601_000)
  expect(await before.get('/v1/me')).toMatchObject({ status: 401, body: { code: 'auth.expired' } })
  expect((await after.get('/v1/me')).status).toBe(200)
  expect(await tenant.post(`/v1/keys/${old.id}/rotate`, {})).toMatchObject({ status: 409 })
})

test('a key that holds less cannot turn itself into one that holds more', async () => {
  const wide = await create<Key>(tenant, '/v1/keys', { name: 'wide' })
  const narrow = client(app.url, await createKey(tenant, { name: 'narrow', permissions: ['keys:manage'] }))
  const reply = await narrow.post<{ code: string }>(`/v1/keys/${wide.id}/rotate`, { overlap_seconds: 0 })
  expect(reply).toMatchObject({ status: 403, body: { code: 'keys.beyond_own_rights' } })
  expect((await client(app.url, wide.secret).get('/v1/me')).status).toBe(200)
})

test('a test key acts in spaces for tests and nowhere else', async () => {
  const space = await create<{ id: string }>(tenant, '/v1/spaces', { slug: 'trial', mode: 'test' })
  const live = await uploadReady(tenant, 'live.md', 'A living word: heliotrope.')
  const api = client(app.url, await createKey(tenant, { name: 'trying', mode: 'test' }))
  expect((await api.get<{ data: { id: string }[] }>('/v1/spaces')).body.data.map(({ id }) => id)).toEqual([
    space.id,
  ])
  expect((await api.get(`/v1/files/${live.id}`)).status).toBe(404)
  expect((await api.upload('t.md', 'text', { space: 'default' })).status).toBe(404)
  expect((await api.upload('t.md', 'text', { space: 'trial' })).status).toBe(201)
  expect((await api.post('/v1/spaces', { slug: 'more' })).status).toBe(403)
  const platform = await app.platform.post('/v1/keys', { name: 'x', mode: 'test' })
  expect(platform.status).toBe(422)
})

test('a key that is held to addresses is refused from everywhere else', async () => {
  const key = (allowed_addresses: string[]) => createKey(tenant, { name: 'held', allowed_addresses })
  const far = client(app.url, await key(['203.0.113.0/24', '2001:db8::/32']))
  expect(await far.get('/v1/me')).toMatchObject({ status: 403, body: { code: 'auth.address_refused' } })
  const near = client(app.url, await key(['203.0.113.7', '127.0.0.0/8']))
  expect((await near.get('/v1/me')).status).toBe(200)
  for (const range of ['10.0.0.0/33', 'localhost', '', '300.1.1.1'])
    expect((await tenant.post('/v1/keys', { name: 'x', allowed_addresses: [range] })).status).toBe(422)
})

test('the last use of a key is told, and written once in five minutes', async () => {
  const made = await create<Key>(tenant, '/v1/keys', { name: 'used' })
  const api = client(app.url, made.secret)
  const lastUse = async () => (await tenant.get<Key>(`/v1/keys/${made.id}`)).body.last_used_at
  expect(await lastUse()).toBeNull()
  await api.get('/v1/me')
  const first = await lastUse()
  expect(first).toBe(at.now.toISOString())
  at.now = new Date(at.now.getTime() + 240_000)
  await api.get('/v1/me')
  expect(await lastUse()).toBe(first)
  at.now = new Date(at.now.getTime() + 120_000)
  await api.get('/v1/me')
  expect(await lastUse()).toBe(at.now.toISOString())
})

test('a preset is the permissions of a role above the tenants', async () => {
  const partner = await create<{ id: string }>(app.platform, '/v1/partners', { slug: 'reseller' })
  const viewer = { name: 'v', partner: partner.id, preset: 'partner_viewer' }
  expect(await create(app.platform, '/v1/keys', viewer)).toMatchObject({ permissions: ['tenants:read'] })
  expect((await app.platform.post('/v1/keys', { ...viewer, preset: 'platform_admin' })).status).toBe(422)
})
