import { afterAll, expect, test } from 'vitest'
import { createKey, createPartner, createTenant, startTestApp, client, until } from '../support/app.ts'

const app = await startTestApp()
afterAll(() => app.close())

type Partner = { id: string; slug: string; name: string; status: string }
type Page<Item> = { data: Item[]; next_cursor: string | null }

test('a partner is found by id and by slug, and its name is its slug until it gets one', async () => {
  const { body } = await app.platform.post<Partner>('/v1/partners', { slug: 'lime' })
  expect(body).toMatchObject({ id: expect.stringMatching(/^ptn_/), name: 'lime', status: 'active' })
  for (const reference of [body.id, 'lime']) {
    expect(await app.platform.get(`/v1/partners/${reference}`)).toMatchObject({ status: 200, body })
  }
  const renamed = await app.platform.patch<Partner>('/v1/partners/lime', { name: 'Lime', slug: 'lime-2' })
  expect(renamed.body).toMatchObject({ id: body.id, name: 'Lime', slug: 'lime-2' })
  expect((await app.platform.get('/v1/partners/lime')).status).toBe(404)
})

test('a slug that is taken is refused, at creation and at renaming', async () => {
  await app.platform.post('/v1/partners', { slug: 'taken' })
  await app.platform.post('/v1/partners', { slug: 'other' })
  const conflict = { status: 409, body: { code: 'partners.conflict' } }
  expect(await app.platform.post('/v1/partners', { slug: 'taken' })).toMatchObject(conflict)
  expect(await app.platform.patch('/v1/partners/other', { slug: 'taken' })).toMatchObject(conflict)
})

test('pages together hold every partner once, also while new ones come in', async () => {
  for (let i = 0; i < 5; i++) await app.platform.post('/v1/partners', { slug: `paged-${i}` })
  const seen: string[] = []
  for (let cursor: string | null = ''; cursor !== null;) {
    const { body }: { body: Page<Partner> } = await app.platform.get(
      `/v1/partners?limit=2${cursor && `&cursor=${cursor}`}`,
    )
    seen.push(...body.data.map(({ slug }) => slug))
    cursor = body.next_cursor
    if (seen.length === 2) await app.platform.post('/v1/partners', { slug: 'late' })
  }
  expect(seen).toEqual([...new Set(seen)])
  expect(seen).toEqual(expect.arrayContaining(['internal', 'paged-0', 'paged-4', 'late']))
})

test('suspending a partner stops its keys and those of its tenants at the next request, resuming undoes it', async () => {
  const { partner, api } = await createPartner(app, { slug: 'reseller' })
  const { api: tenant } = await createTenant(app, { slug: 'customer', partner: partner.id })
  const space = client(app.url, await createKey(tenant, { name: 'space', space: 'default' }))
  const keys = [api, tenant, space]
  const statuses = () => Promise.all(keys.map(async (key) => (await key.get('/v1/me')).status))

  expect(await statuses()).toEqual([200, 200, 200])
  expect((await app.platform.post(`/v1/partners/${partner.id}/suspend`)).status).toBe(200)
  expect(await statuses()).toEqual([403, 403, 403])
  expect((await app.platform.post(`/v1/partners/${partner.id}/resume`)).status).toBe(200)
  expect(await statuses()).toEqual([200, 200, 200])
})

test('a partner goes with its keys, but not while it has a tenant, and never the one of whoever names none', async () => {
  const { partner, api } = await createPartner(app, { slug: 'leaving' })
  const { tenant } = await createTenant(app, { slug: 'last', partner: partner.id })
  const path = `/v1/partners/${partner.id}`
  const conflict = { status: 409, body: { code: 'partners.conflict' } }
  expect(await app.platform.delete(path)).toMatchObject({
    ...conflict,
    body: { detail: expect.stringContaining('tenants') },
  })
  expect((await api.get('/v1/me')).status).toBe(200)
  expect((await api.delete(`/v1/tenants/${tenant.id}`)).status).toBe(202)
  await until('its tenant is gone', async () =>
    (await api.get(`/v1/tenants/${tenant.id}`)).status === 404 ? true : undefined,
  )
  expect((await api.delete(path)).status).toBe(403)
  expect((await app.platform.delete(path)).status).toBe(204)
  expect((await app.platform.get(path)).status).toBe(404)
  expect(await api.get('/v1/me')).toMatchObject({ status: 401, body: { code: 'auth.invalid' } })
  expect(await app.platform.delete('/v1/partners/internal')).toMatchObject(conflict)
  expect(await app.platform.patch('/v1/partners/internal', { slug: 'inner' })).toMatchObject(conflict)
})
