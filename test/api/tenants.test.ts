import { afterAll, beforeAll, expect, test } from 'vitest'
import { createPartner, createTenant, startTestApp } from '../support/app.ts'

const app = await startTestApp()
afterAll(() => app.close())

type Tenant = { id: string; slug: string; partner_id: string; external_id: string | null; status: string }
type Page<Item> = { data: Item[]; next_cursor: string | null }
let north: Awaited<ReturnType<typeof createPartner>>
let south: Awaited<ReturnType<typeof createPartner>>
beforeAll(async () => {
  north = await createPartner(app, { slug: 'north' })
  south = await createPartner(app, { slug: 'south' })
})

test('a tenant is born with its default space', async () => {
  const { api, tenant } = await createTenant(app, { slug: 'newborn', partner: 'north' })
  const spaces = await api.get<Page<{ slug: string; tenant_id: string }>>('/v1/spaces')
  expect(spaces.body.data).toMatchObject([{ slug: 'default', tenant_id: tenant.id }])
})

test('left out, the partner is the one of the key, and `internal` for a platform key', async () => {
  const internal = await app.platform.get<{ id: string }>('/v1/partners/internal')
  const ofPlatform = await app.platform.post<Tenant>('/v1/tenants', { slug: 'unplaced' })
  const ofNorth = await north.api.post<Tenant>('/v1/tenants', { slug: 'unplaced' })
  expect(ofPlatform.body.partner_id).toBe(internal.body.id)
  expect(ofNorth.body.partner_id).toBe(north.partner.id)
})

test('a partner key names no partner, not even its own', async () => {
  for (const partner of [north.partner.id, south.partner.id, 'south', 'nobody']) {
    const created = await north.api.post('/v1/tenants', { slug: 'named', partner })
    const listed = await north.api.get(`/v1/tenants?partner=${partner}`)
    for (const reply of [created, listed]) {
      expect(reply).toMatchObject({ status: 422, body: { errors: [{ path: 'partner' }] } })
    }
  }
})

test('slug and external id are unique within the partner and free in another', async () => {
  const body = { slug: 'twin', external_id: 'org|1' }
  expect((await north.api.post('/v1/tenants', body)).status).toBe(201)
  expect((await south.api.post('/v1/tenants', body)).status).toBe(201)
  for (const again of [
    { ...body, external_id: 'org|2' },
    { ...body, slug: 'twin-2' },
  ]) {
    const reply = await north.api.post('/v1/tenants', again)
    expect(reply).toMatchObject({ status: 409, body: { code: 'tenants.conflict' } })
  }
})

test('a slug that several partners use names no tenant to a platform key', async () => {
  await createTenant(app, { slug: 'ambiguous', partner: 'north' })
  expect((await app.platform.get('/v1/tenants/ambiguous')).status).toBe(200)
  await createTenant(app, { slug: 'ambiguous', partner: 'south' })
  expect((await app.platform.get('/v1/tenants/ambiguous')).status).toBe(404)
  expect((await south.api.get<Tenant>('/v1/tenants/ambiguous')).body.partner_id).toBe(south.partner.id)
})

test('each key lists the tenants of its own part, and filters narrow that', async () => {
  await north.api.post('/v1/tenants', { slug: 'listed', external_id: 'listed|1' })
  const { tenant, api } = await createTenant(app, { slug: 'lone', partner: 'south' })
  const partners = async (query: string) => {
    const { body } = await app.platform.get<Page<Tenant>>(`/v1/tenants?limit=200${query}`)
    return new Set(body.data.map((row) => row.partner_id))
  }
  expect(await partners('&partner=north')).toEqual(new Set([north.partner.id]))
  expect((await partners('')).size).toBe(3)
  const own = await api.get<Page<Tenant>>('/v1/tenants')
  expect(own.body.data.map(({ id }) => id)).toEqual([tenant.id])
  const ofNorth = await north.api.get<Page<Tenant>>('/v1/tenants?limit=200')
  expect(new Set(ofNorth.body.data.map((row) => row.partner_id))).toEqual(new Set([north.partner.id]))
  const found = await north.api.get<Page<Tenant>>('/v1/tenants?external_id=listed%7C1')
  expect(found.body.data.map(({ slug }) => slug)).toEqual(['listed'])
})

test('suspended and archived tenants are out of use until they are resumed', async () => {
  const { tenant, api } = await createTenant(app, { slug: 'on-and-off', partner: 'north' })
  for (const [action, status] of [
    ['suspend', 'suspended'],
    ['archive', 'archived'],
  ] as const) {
    const changed = await north.api.post<Tenant>(`/v1/tenants/${tenant.id}/${action}`)
    expect(changed.body.status).toBe(status)
    expect(await api.get('/v1/me')).toMatchObject({ status: 403, body: { code: 'tenancy.suspended' } })
    const listed = await north.api.get<Page<Tenant>>(`/v1/tenants?status=${status}`)
    expect(listed.body.data.map(({ id }) => id)).toEqual([tenant.id])
    await north.api.post(`/v1/tenants/${tenant.id}/resume`)
    expect((await api.get('/v1/me')).status).toBe(200)
  }
})

test('an external id can be taken away, and a change of nothing changes nothing', async () => {
  const { body } = await north.api.post<Tenant>('/v1/tenants', { slug: 'plain', external_id: 'p|1' })
  const path = `/v1/tenants/${body.id}`
  expect((await north.api.patch<Tenant>(path, {})).body).toMatchObject({ slug: 'plain', external_id: 'p|1' })
  expect((await north.api.patch<Tenant>(path, { external_id: null })).body.external_id).toBe(null)
})
