import { afterAll, expect, test } from 'vitest'
import { readRouteTable } from '#isolation/routes/route-table.ts'
import { sameNamesStatement } from '#isolation/statements/same-names.ts'
import { createWorld } from '#isolation/world/create-world.ts'
import { createPartner, createTenant, startTestApp, uploadReady } from '../support/app.ts'
import { expectToHold } from '../support/expect-to-hold.ts'

const app = await startTestApp()
afterAll(() => app.close())

type Found = { total: number }

test('what one tenant uses is free for the other', async () => {
  const { routes } = await readRouteTable(app)
  const { probes } = await expectToHold(sameNamesStatement, { world: await createWorld(app), routes })
  expect(probes).toBeGreaterThan(30)
})

test('the external id of a file, between two spaces of one tenant: two files, and no third', async () => {
  const a = await createTenant(app, { slug: 'a' })
  await a.api.post('/v1/spaces', { slug: 'beside', intelligence: false })
  const upload = (space: string, on_conflict = 'fail') =>
    a.api.upload<{ id: string }>(`${space}.md`, `Text of ${space}.`, {
      external_id: 'beside',
      space,
      on_conflict,
    })
  const first = await upload('default')
  const second = await upload('beside')
  expect([first.status, second.status]).toEqual([201, 201])
  const skipped = await upload('beside', 'skip')
  expect(skipped).toMatchObject({ status: 200, body: { id: second.body.id } })
  expect((await upload('default', 'skip')).body.id).toBe(first.body.id)
})

test('a tenant made again under an old slug is another tenant', async () => {
  const north = await createPartner(app, { slug: 'north' })
  const old = await createTenant(app, { slug: 'phoenix', partner: 'north' })
  await uploadReady(old.api, 'old.md', 'The ashword.')
  await north.api.patch(`/v1/tenants/${old.tenant.id}`, { slug: 'phoenix-old' })
  const young = await createTenant(app, { slug: 'phoenix', partner: 'north' })
  const found = await young.api.post<Found>('/v1/search', { query: 'ashword', spaces: '*' })
  expect(found.body.total).toBe(0)
  expect((await old.api.post<Found>('/v1/search', { query: 'ashword', mode: 'text' })).body.total).toBe(1)
})
