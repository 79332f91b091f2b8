import { afterAll, expect, test } from 'vitest'
import { permissionsOf } from '#platform/scope/index.ts'
import { createWorld } from '#isolation/world/create-world.ts'
import { startTestApp } from '../support/app.ts'

const app = await startTestApp()
afterAll(() => app.close())
const { own, callers } = await createWorld(app)
const { partner, tenant, first } = own

test.each(callers)('a $level key is told what it is and may do', async ({ level, api, keyId }) => {
  const depth = ['platform', 'partner', 'tenant', 'space'].indexOf(level)
  expect((await api.get('/v1/me')).body).toEqual({
    level,
    key_id: keyId,
    portal_token_id: null,
    name: expect.any(String),
    partner_id: depth >= 1 ? partner.id : null,
    tenant_id: depth >= 2 ? tenant.id : null,
    space_id: depth >= 3 ? first.space.id : null,
    permissions: permissionsOf[level],
    user: null,
  })
})
