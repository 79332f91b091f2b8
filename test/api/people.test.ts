import { afterAll, expect, test } from 'vitest'
import { client, createKey, createPartner, createTenant, startTestApp } from '../support/app.ts'
import { create, createPerson } from '../support/people.ts'

const app = await startTestApp()
afterAll(() => app.close())
const { tenant } = app

type User = { id: string; email: string | null; roles: string[]; status: string }

test('one e-mail address is one user, however it is written; another tenant may have it too', async () => {
  const user = await create<User>(tenant, '/v1/users', { name: 'Ada', email: 'Ada@Example.com' })
  expect(user).toMatchObject({ email: 'ada@example.com', roles: ['member'], status: 'active' })
  for (const email of ['ada@example.com', 'ＡＤＡ@example.com', ' ada@EXAMPLE.com'])
    expect(await tenant.post('/v1/users', { name: 'Again', email })).toMatchObject({ status: 409 })
  const mixed = await tenant.post('/v1/users', { name: 'Look-alike', email: '\u0430da@example.com' })
  expect(mixed).toMatchObject({ status: 422, body: { code: 'input.invalid' } })
  const found = await tenant.get<{ data: User[] }>('/v1/users?email=ADA@example.com')
  expect(found.body.data.map(({ id }) => id)).toEqual([user.id])
})

test('the last owner stays one, also when the last two leave at the same moment', async () => {
  const owners = [
    await createPerson(app, tenant, { roles: ['owner'] }),
    await createPerson(app, tenant, { roles: ['owner'] }),
  ]
  const replies = await Promise.all(
    owners.map(({ id }, i) =>
      i === 0
        ? tenant.put<{ code?: string }>(`/v1/users/${id}/roles`, { roles: ['member'] })
        : tenant.post<{ code?: string }>(`/v1/users/${id}/deactivate`),
    ),
  )
  expect(replies.map(({ status }) => status).sort((a, b) => a - b)).toEqual([200, 409])
  expect(replies.find(({ status }) => status === 409)?.body.code).toBe('users.last_owner')
  const left = await tenant.get<{ data: User[] }>('/v1/users?status=active')
  const [owner] = left.body.data.filter(({ roles }) => roles.includes('owner'))
  expect(await tenant.delete(`/v1/users/${owner?.id}`)).toMatchObject({ status: 409 })
})

test('nobody gives more than they have, and owners are changed by owners alone', async () => {
  const owner = await createPerson(app, tenant, { roles: ['owner'] })
  const admin = await createPerson(app, tenant, { roles: ['admin'] })
  const refused = (code: string) => ({ status: 403, body: { code } })
  const { api } = admin
  expect(await api.post('/v1/users', { name: 'x', roles: ['owner'] })).toMatchObject(
    refused('users.owners_only'),
  )
  expect(await api.post(`/v1/users/${owner.id}/deactivate`)).toMatchObject(refused('users.owners_only'))
  expect(await api.patch(`/v1/users/${owner.id}`, { name: 'x' })).toMatchObject(refused('users.owners_only'))
  expect(await api.delete(`/v1/users/${owner.id}`)).toMatchObject(refused('users.owners_only'))
  expect(await api.post('/v1/keys', { name: 'x', user: owner.id })).toMatchObject(
    refused('users.owners_only'),
  )
  const helper = await create<{ slug: string }>(tenant, '/v1/roles', {
    slug: 'helper',
    permissions: ['users:read', 'users:manage', 'roles:manage', 'grants:manage'],
  })
  const { api: helping } = await createPerson(app, tenant, { roles: [helper.slug] })
  const beyond = refused('keys.beyond_own_rights')
  expect(await helping.post('/v1/users', { name: 'x', roles: ['viewer'] })).toMatchObject(beyond)
  expect(await helping.post('/v1/roles', { slug: 'y', permissions: ['files:read'] })).toMatchObject(beyond)
  const onDefault = { user: admin.id, space: 'default', permissions: ['files:read'] }
  expect(await helping.post('/v1/grants', onDefault)).toMatchObject(beyond)
  expect(await helping.patch('/v1/roles/admin', { name: 'x' })).toMatchObject({ status: 409 })
})

test('groups hold groups and never themselves, also when a ring would close from both sides at once', async () => {
  const [a = '', b = '', c = ''] = await Promise.all(
    ['a', 'b', 'c'].map(async (name) => (await create<User>(tenant, '/v1/groups', { name })).id),
  )
  const add = (outer: string, inner: string) =>
    tenant.post<{ code?: string }>(`/v1/groups/${outer}/members`, { group: inner })
  expect((await add(a, b)).status).toBe(200)
  expect((await add(a, b)).status).toBe(200)
  expect((await add(a, a)).body.code).toBe('groups.cycle')
  expect((await add(b, a)).body.code).toBe('groups.cycle')
  const closing = await Promise.all([add(b, c), add(c, a)])
  expect(closing.map(({ status }) => status).sort((a, b) => a - b)).toEqual([200, 409])
})

test('a deactivated user is nobody from the next request on, and somebody again when resumed', async () => {
  const { id, api, key } = await createPerson(app, tenant)
  expect((await api.get('/v1/me')).status).toBe(200)
  await tenant.post(`/v1/users/${id}/deactivate`)
  expect(await api.get('/v1/me')).toMatchObject({ status: 401, body: { code: 'auth.deactivated' } })
  expect(await tenant.post('/v1/keys', { name: 'x', user: id })).toMatchObject({ status: 409 })
  await tenant.post(`/v1/users/${id}/resume`)
  expect((await client(app.url, key).get('/v1/me')).status).toBe(200)
  await tenant.delete(`/v1/users/${id}`)
  expect(await api.get('/v1/me')).toMatchObject({ status: 401, body: { code: 'auth.invalid' } })
})

type Invitation = { id: string; secret: string; sent: boolean }

test('an invitation works once, not twice at the same moment, and not after it was revoked', async () => {
  const invited = await create<Invitation>(tenant, '/v1/invitations', {
    email: 'new@example.com',
    roles: ['viewer'],
  })
  expect(invited).toMatchObject({ sent: false, status: 'open' })
  const stranger = client(app.url)
  const accept = (secret: string) => stranger.post<User>('/v1/invitations/accept', { secret, name: 'New' })
  const both = await Promise.all([accept(invited.secret), accept(invited.secret)])
  expect(both.map(({ status }) => status).sort((a, b) => a - b)).toEqual([201, 404])
  expect(both.find(({ status }) => status === 201)?.body).toMatchObject({
    roles: ['viewer'],
    email: 'new@example.com',
  })
  expect(await tenant.post('/v1/invitations', { email: 'NEW@example.com' })).toMatchObject({ status: 409 })
  const other = await create<Invitation>(tenant, '/v1/invitations', { email: 'other@example.com' })
  await tenant.delete(`/v1/invitations/${other.id}`)
  expect(await accept(other.secret)).toMatchObject({ status: 404, body: { code: 'invitations.not_found' } })
  expect((await stranger.get('/v1/me')).status).toBe(401)
  expect((await client(app.url, other.secret).get('/v1/me')).status).toBe(401)
})

test('nobody comes in by an invitation while the tenant or its partner is suspended', async () => {
  const { partner } = await createPartner(app, { slug: 'paused' })
  const { api, tenant } = await createTenant(app, { slug: 'pausing', partner: 'paused' })
  const { secret } = await create<{ secret: string }>(api, '/v1/invitations', { email: 'late@example.com' })
  const accept = () => client(app.url).post('/v1/invitations/accept', { secret })
  for (const path of [`/v1/partners/${partner.id}`, `/v1/tenants/${tenant.id}`]) {
    await app.platform.post(`${path}/suspend`)
    expect(await accept()).toMatchObject({ status: 404, body: { code: 'invitations.not_found' } })
    await app.platform.post(`${path}/resume`)
  }
  expect((await accept()).status).toBe(201)
})

test('who deactivates takes back the links that the user has sent', async () => {
  const { id, api } = await createPerson(app, tenant, { roles: ['admin'] })
  const invited = await create<Invitation>(api, '/v1/invitations', { email: 'late@example.com' })
  await tenant.post(`/v1/users/${id}/deactivate`)
  const reply = await client(app.url).post('/v1/invitations/accept', { secret: invited.secret })
  expect(reply.status).toBe(404)
})

test('a key that acts for a user may do what both may, and its user makes none that is free of them', async () => {
  const { id } = await createPerson(app, tenant, { roles: ['admin'] })
  const narrow = await createKey(tenant, {
    name: 'narrow',
    user: id,
    permissions: ['users:read', 'keys:manage'],
  })
  const api = client(app.url, narrow)
  expect((await api.get<{ permissions: string[] }>('/v1/me')).body.permissions.sort()).toEqual([
    'keys:manage',
    'users:read',
  ])
  const made = await create<{ user_id: string }>(api, '/v1/keys', { name: 'made' })
  expect(made.user_id).toBe(id)
  await tenant.put(`/v1/users/${id}/roles`, { roles: ['viewer'] })
  expect((await api.get<{ permissions: string[] }>('/v1/me')).body.permissions).toEqual(['users:read'])
  expect((await api.get('/v1/keys')).status).toBe(403)
})
