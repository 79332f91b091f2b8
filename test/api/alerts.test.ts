import { text } from 'node:stream/consumers'
import { afterAll, describe, expect, test } from 'vitest'
import { startReceiver } from '../../src/adapters/outside/receiver.fixture.ts'
import { type Api, createSpaceKey, createTenant, freshDatabase, startTestApp, until } from '../support/app.ts'

/** It stands still but for when a test moves it. */
let now = new Date()
const pass = (seconds: number) => (now = new Date(now.getTime() + seconds * 1000))
const settings = { BULKHEAD_OUTSIDE_ALLOW: '127.0.0.1' }
const app = await startTestApp({ clock: { now: () => now }, settings })
afterAll(() => app.close())
let tenants = 0
const makeTenant = () => createTenant(app, { slug: `tenant-${++tenants}` })

type Alert = { id: string; space_id: string | null; status: string; raised_at: string | null }
type Raised = {
  id: number
  space_id: string | null
  subject: { id: string; name: string }
  data: { count: number; first_event: number; last_event: number }
}

const folders = { name: 'folders', types: ['folder.*'], threshold: 3, window_seconds: 60 }
async function createAlert(api: Api, body: object = {}): Promise<Alert> {
  const reply = await api.post<Alert>('/v1/alerts', { ...folders, ...body })
  expect(reply.status, JSON.stringify(reply.body)).toBe(201)
  return reply.body
}
let made = 0
async function makeFolders(api: Api, count: number) {
  for (let i = 0; i < count; i++)
    expect((await api.post('/v1/folders', { name: `folder ${++made}` })).status).toBe(201)
}
async function raisingsOf(api: Api, { id }: Alert): Promise<Raised[]> {
  const list = await api.get<{ data: Raised[] }>('/v1/events?type=alert.raised&order=oldest&limit=200')
  return list.body.data.filter(({ subject }) => subject.id === id)
}

/** Alerts are served in the order they were made: once one that is made now is raised, the others have seen what came before. */
async function allAreServed(api: Api) {
  const last = await createAlert(api, { name: 'last', types: ['role.created'], threshold: 1 })
  await api.post('/v1/roles', { slug: `role-${++made}`, permissions: ['files:read'] })
  await until('the last alert is raised', async () => (await raisingsOf(api, last))[0])
  expect((await api.delete(`/v1/alerts/${last.id}`)).status).toBe(204)
}

describe('an alert', () => {
  test('is raised with the event that reaches the threshold, and not before', async () => {
    const { api } = await makeTenant()
    await makeFolders(api, 2)
    const alert = await createAlert(api)
    await makeFolders(api, 2)
    await allAreServed(api)
    expect(await raisingsOf(api, alert)).toEqual([])
    await makeFolders(api, 1)
    await allAreServed(api)
    const { body } = await api.get<{ data: Raised[] }>('/v1/events?type=folder.created&limit=3')
    expect(await raisingsOf(api, alert)).toMatchObject([
      {
        type: 'alert.raised',
        space_id: null,
        subject: { type: 'alert', name: 'folders' },
        actor: { type: 'operator', id: 'alerts' },
        data: {
          count: 3,
          threshold: 3,
          window_seconds: 60,
          types: ['folder.*'],
          first_event: body.data[2]?.id,
          last_event: body.data[0]?.id,
        },
      },
    ])
    expect((await api.get<Alert>(`/v1/alerts/${alert.id}`)).body.raised_at).toBe(now.toISOString())
  })

  test('does not count what is as old as its window is long', async () => {
    const { api } = await makeTenant()
    const alert = await createAlert(api)
    await makeFolders(api, 2)
    pass(60)
    await makeFolders(api, 1)
    await allAreServed(api)
    expect(await raisingsOf(api, alert)).toEqual([])
    pass(59)
    await makeFolders(api, 2)
    await allAreServed(api)
    expect(await raisingsOf(api, alert)).toMatchObject([{ data: { count: 3 } }])
  })

  test('is raised once by a flood, again when it goes on for a window, and by the next one', async () => {
    const { api } = await makeTenant()
    const alert = await createAlert(api)
    const counts = async () => {
      await allAreServed(api)
      return (await raisingsOf(api, alert)).map(({ data }) => data.count)
    }
    await makeFolders(api, 20)
    expect(await counts()).toEqual([3])
    pass(30)
    await makeFolders(api, 5)
    expect(await counts()).toEqual([3])
    pass(30)
    await makeFolders(api, 5)
    expect(await counts()).toEqual([3, 6])
    pass(300)
    await makeFolders(api, 2)
    expect(await counts()).toEqual([3, 6])
    await makeFolders(api, 1)
    expect(await counts()).toEqual([3, 6, 3])
  })

  test('of a space counts what happens in it alone, and its key is told', async () => {
    const tenant = await makeTenant()
    const [one, other] = [
      await createSpaceKey(app, tenant, { slug: 'one' }),
      await createSpaceKey(app, tenant, { slug: 'other' }),
    ]
    const whole = await createAlert(tenant.api)
    const byKey = await createAlert(one.api)
    const byTenant = await createAlert(tenant.api, { space: 'one' })
    expect([whole, byKey, byTenant].map(({ space_id }) => space_id)).toEqual([
      null,
      one.space.id,
      one.space.id,
    ])
    await makeFolders(other.api, 3)
    await allAreServed(tenant.api)
    expect(await raisingsOf(tenant.api, whole)).toHaveLength(1)
    for (const alert of [byKey, byTenant]) expect(await raisingsOf(tenant.api, alert)).toEqual([])
    await makeFolders(one.api, 3)
    await allAreServed(tenant.api)
    for (const alert of [byKey, byTenant])
      expect(await raisingsOf(one.api, alert)).toMatchObject([{ space_id: one.space.id, data: { count: 3 } }])
    expect(await raisingsOf(one.api, whole)).toEqual([])
    const makerTo = async (to: Api) =>
      (await to.get<{ created_by: string | null }>(`/v1/alerts/${byTenant.id}`)).body.created_by
    expect(await makerTo(tenant.api)).toMatch(/^key_/)
    expect(await makerTo(one.api)).toBeNull()
    for (const alert of [byKey, whole])
      expect((await other.api.get(`/v1/alerts/${alert.id}`)).status).toBe(404)
    expect((await one.api.post('/v1/alerts', { ...folders, space: 'other' })).status).toBe(404)
    expect((await tenant.api.delete('/v1/spaces/one?force=true')).status).toBeLessThan(300)
    expect((await tenant.api.get(`/v1/alerts/${byTenant.id}`)).status).toBe(404)
  })

  test('that is disabled or deleted is not raised, and enabled it counts from then on', async () => {
    const { api } = await makeTenant()
    const [paused, gone] = [await createAlert(api), await createAlert(api)]
    const change = (body: object) => api.patch<Alert>(`/v1/alerts/${paused.id}`, body)
    expect((await change({ status: 'disabled' })).body.status).toBe('disabled')
    expect((await api.delete(`/v1/alerts/${gone.id}`)).status).toBe(204)
    await makeFolders(api, 3)
    expect((await change({ status: 'active' })).body.status).toBe('active')
    await makeFolders(api, 2)
    await allAreServed(api)
    for (const alert of [paused, gone]) expect(await raisingsOf(api, alert)).toEqual([])
    await makeFolders(api, 1)
    await allAreServed(api)
    expect(await raisingsOf(api, paused)).toHaveLength(1)
  })

  test('begins anew when it counts something else, and not when it is renamed', async () => {
    const { api } = await makeTenant()
    const alert = await createAlert(api)
    const change = (body: object) => api.patch<object>(`/v1/alerts/${alert.id}`, body)
    await makeFolders(api, 2)
    expect((await change({ threshold: 2 })).status).toBe(200)
    await makeFolders(api, 1)
    await allAreServed(api)
    expect(await raisingsOf(api, alert)).toEqual([])
    expect((await change({ name: 'renamed', threshold: 2 })).body).toMatchObject({ name: 'renamed' })
    await makeFolders(api, 1)
    await allAreServed(api)
    expect(await raisingsOf(api, alert)).toMatchObject([{ subject: { name: 'renamed' }, data: { count: 2 } }])
    const told = await api.get<{ data: object[] }>('/v1/events?type=alert.updated&order=oldest')
    expect(told.body.data).toMatchObject([
      { data: { before: { threshold: 3 }, after: { threshold: 2 } } },
      { data: { before: { name: 'folders' }, after: { name: 'renamed' } } },
    ])
  })
})

test('a webhook is told that an alert is raised', async () => {
  const { api } = await makeTenant()
  const bodies: unknown[] = []
  const receiver = await startReceiver((request, response) => {
    const take = async () => {
      bodies.push(JSON.parse(await text(request)))
      response.writeHead(204).end()
    }
    void take()
  })
  const hook = { url: `http://127.0.0.1:${receiver.port}/`, types: ['alert.raised'] }
  expect((await api.post('/v1/webhooks', hook)).status).toBe(201)
  const alert = await createAlert(api)
  await makeFolders(api, 3)
  const body = await until('the message has come', async () => bodies[0])
  expect(body).toMatchObject({ type: 'alert.raised', subject: { id: alert.id }, data: { count: 3 } })
  await receiver.close()
})

describe('refused is', () => {
  test.each([
    ['no type', { types: [] }, 'types'],
    ['a type that no event has', { types: ['file.upload'] }, 'types.0'],
    ['a type of alerts, which could raise itself', { types: ['file.*', 'alert.raised'] }, 'types.1'],
    ['every type of alerts', { types: ['alert.*'] }, 'types.0'],
    ['a threshold of nothing', { threshold: 0 }, 'threshold'],
    ['a window below a minute', { window_seconds: 59 }, 'window_seconds'],
    ['a window beyond thirty days', { window_seconds: 30 * 86_400 + 1 }, 'window_seconds'],
    ['a field that there is not', { outcome: 'done' }, 'outcome'],
  ])('%s', async (_what, wrong, path) => {
    const reply = await app.tenant.post('/v1/alerts', { ...folders, ...wrong })
    expect(reply.status).toBe(422)
    expect(JSON.stringify(reply.body)).toContain(`"path":"${path}"`)
  })

  test('the hundred and first', async () => {
    const { api } = await makeTenant()
    await Promise.all(Array.from({ length: 100 }, () => createAlert(api)))
    expect(await api.post('/v1/alerts', folders)).toMatchObject({
      status: 409,
      body: { code: 'alerts.too_many' },
    })
  })
})

test('what a process that was killed did not count is counted by the next one, once', async () => {
  const database = await freshDatabase()
  const start = () => startTestApp({ database, clock: { now: () => now }, worker: false })
  const first = await start()
  const alert = await createAlert(first.tenant)
  await makeFolders(first.tenant, 2)
  await allAreServed(first.tenant)
  await first.close()
  // As if it had been killed before it counted, and one event were enough less.
  await database.asOwner((client) =>
    client.query(`update alerts set position = made.number, counted_after = made.number, count = 0, threshold = 2
      from (select min(number) as number from events where type = 'alert.created') as made`),
  )
  try {
    for (let starts = 0; starts < 2; starts++) {
      const next = await start()
      const raisings = await until('the alert is raised', async () => {
        const found = await raisingsOf(next.tenant, alert)
        return found.length > 0 ? found : undefined
      })
      expect(raisings).toMatchObject([{ data: { count: 2 } }])
      await allAreServed(next.tenant)
      expect(await raisingsOf(next.tenant, alert)).toHaveLength(1)
      await next.close()
    }
  } finally {
    await database.drop()
  }
})
