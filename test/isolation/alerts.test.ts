import { afterAll, describe, expect, test } from 'vitest'
import { actingAs, openSession, outcomeOf } from '../support/act-as.ts'
import { createSpaceKey, createTenant, freshDatabase, startTestApp } from '../support/app.ts'

const database = await freshDatabase()
await fillAndStop()
const { client, rows, close } = await openSession(database)
afterAll(close)
const seen = 'select tenant_id from alerts'
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
    const body = { name: 'failures', types: ['file.failed'], threshold: 10, window_seconds: 3600 }
    for (const { api } of [own, second, stranger])
      expect((await api.post<object>('/v1/alerts', body)).status).toBe(201)
    const [paused] = (await stranger.api.get<{ data: { id: string }[] }>('/v1/alerts')).body.data
    const disabled = await stranger.api.patch(`/v1/alerts/${paused?.id}`, { status: 'disabled' })
    expect(disabled.status).toBe(200)
  } finally {
    await app.close()
  }
}

test('whoever looks for alerts sees whose active ones are while they look, and nothing else', async () => {
  await actingAs(client, 'bulkhead_system', { consumers: 'on' }, async () => {
    expect(await rows(`${seen} group by tenant_id`)).toEqual([{ tenant_id: own }])
    for (const column of ['id', 'name', 'types', 'space_id', 'count'])
      expect(await outcomeOf(client, `select ${column} from alerts`)).toBe('42501')
    expect(await outcomeOf(client, 'update alerts set position = 0')).toBe('42501')
    await client.query("set local app.consumers = ''")
    expect(await outcomeOf(client, seen)).toBe(0)
  })
  expect(await actingAs(client, 'bulkhead_system', {}, () => outcomeOf(client, seen))).toBe(0)
})

describe('an alert', () => {
  test('of a space is seen within it, and one of the tenant or of a stranger is not', async () => {
    const settings = { tenant_id: own, spaces: `{${space}}` }
    expect(
      await actingAs(client, 'bulkhead_space', settings, () => rows('select space_id from alerts')),
    ).toEqual([{ space_id: space }])
    const count = (tenant_id: string) =>
      actingAs(client, 'bulkhead_tenant', { tenant_id }, () => outcomeOf(client, seen))
    expect([await count(own), await count(stranger)]).toEqual([2, 1])
  })

  test('of the tenant is not made within a space, and none is moved out of it', async () => {
    await actingAs(client, 'bulkhead_space', { tenant_id: own, spaces: `{${space}}` }, async () => {
      expect(await outcomeOf(client, 'update alerts set space_id = null')).toBe('42501')
    })
  })
})
