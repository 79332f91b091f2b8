import { afterAll, describe, expect, test } from 'vitest'
import { actingAs, openSession, outcomeOf } from '../support/act-as.ts'
import { createSpaceKey, createTenant, freshDatabase, startTestApp } from '../support/app.ts'

const database = await freshDatabase()
await fillAndStop()
const { client, rows, close } = await openSession(database)
afterAll(close)
const seen = 'select tenant_id from webhook_endpoints'
const idOf = async (table: string, slug: string) =>
  (await rows<{ id: string }>(`select id from ${table} where slug = $1`, [slug]))[0]?.id ?? ''
const [own, stranger] = [await idOf('tenants', 'own'), await idOf('tenants', 'stranger')]
const space = await idOf('spaces', 'second')

async function fillAndStop() {
  const app = await startTestApp({ database, worker: false })
  try {
    const own = await createTenant(app, { slug: 'own' })
    const stranger = await createTenant(app, { slug: 'stranger' })
    const second = await createSpaceKey(app, own, { slug: 'second' })
    const body = { url: 'https://nowhere.invalid/' }
    for (const { api } of [own, second, stranger])
      expect((await api.post<object>('/v1/webhooks', body)).status).toBe(201)
    const [paused] = (await stranger.api.get<{ data: { id: string }[] }>('/v1/webhooks')).body.data
    expect((await stranger.api.post(`/v1/webhooks/${paused?.id}/disable`)).status).toBe(200)
  } finally {
    await app.close()
  }
}

test('whoever looks for webhooks sees whose active ones are while they look, and nothing else', async () => {
  await actingAs(client, 'bulkhead_system', { consumers: 'on' }, async () => {
    expect(await rows(`${seen} group by tenant_id`)).toEqual([{ tenant_id: own }])
    for (const column of ['id', 'url', 'secret', 'space_id'])
      expect(await outcomeOf(client, `select ${column} from webhook_endpoints`)).toBe('42501')
    expect(await outcomeOf(client, 'update webhook_endpoints set position = 0')).toBe('42501')
    expect(await outcomeOf(client, 'select tenant_id from webhook_deliveries')).toBe('42501')
    expect(await outcomeOf(client, 'select hash from event_chains')).toBe('42501')
    expect(await outcomeOf(client, 'select number from event_chains')).toBeGreaterThan(0)
    await client.query("set local app.consumers = ''")
    expect(await outcomeOf(client, seen)).toBe(0)
    expect(await outcomeOf(client, 'select number from event_chains')).toBe(0)
  })
  expect(await actingAs(client, 'bulkhead_system', {}, () => outcomeOf(client, seen))).toBe(0)
})

describe('a webhook', () => {
  test('of a space is seen within it, and one of the tenant or of a stranger is not', async () => {
    const settings = { tenant_id: own, spaces: `{${space}}` }
    expect(
      await actingAs(client, 'bulkhead_space', settings, () =>
        rows('select space_id from webhook_endpoints'),
      ),
    ).toEqual([{ space_id: space }])
    const count = (tenant_id: string) =>
      actingAs(client, 'bulkhead_tenant', { tenant_id }, () => outcomeOf(client, seen))
    expect([await count(own), await count(stranger)]).toEqual([2, 1])
  })

  test('of the tenant is not made within a space, and none is moved out of it', async () => {
    await actingAs(client, 'bulkhead_space', { tenant_id: own, spaces: `{${space}}` }, async () => {
      expect(await outcomeOf(client, 'update webhook_endpoints set space_id = null')).toBe('42501')
    })
  })
})
