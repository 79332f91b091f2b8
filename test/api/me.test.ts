import { afterAll, expect, test } from 'vitest'
import { permissionsOf } from '#platform/scope/index.ts'
import { startTestApp } from '../support/app.ts'
import { callersOf, createCustomer } from '../support/world.ts'

const app = await startTestApp()
afterAll(() => app.close())
const customer = await createCustomer(app, 'alder')
const { partner, tenant, first } = customer

test.each(await callersOf(app, customer))(
  'a $level key is told what it is and may do',
  async ({ level, api, keyId }) => {
    const depth = ['platform', 'partner', 'tenant', 'space'].indexOf(level)
    expect((await api.get('/v1/me')).body).toEqual({
      level,
      key_id: keyId,
      name: expect.any(String),
      partner_id: depth >= 1 ? partner.id : null,
      tenant_id: depth >= 2 ? tenant.id : null,
      space_id: depth >= 3 ? first.space.id : null,
      permissions: permissionsOf[level],
    })
  },
)
