import { afterAll, describe, expect, test } from 'vitest'
import { mayCall, nameOf, sampleFor, samples } from '#isolation/routes/samples.ts'
import { exchange } from '#isolation/server/exchange.ts'
import type { Customer, Level } from '#isolation/world/world.ts'
import { createWorld } from '#isolation/world/create-world.ts'
import { eventTypeNames } from '#platform/events/index.ts'
import { startTestApp } from '../support/app.ts'

const app = await startTestApp()
afterAll(() => app.close())
const { callers } = await createWorld(app)

test('every route has a sample and every sample a route', () => {
  expect(Object.keys(samples).sort()).toEqual(app.routes.map(nameOf).sort())
})

test('what changes anything, and is no search or question, declares what it tells', () => {
  const silent = app.routes.filter(({ method, records }) => method !== 'GET' && records === undefined)
  expect(silent.map(nameOf)).toEqual([])
  const declared = new Set<string>(app.routes.flatMap(({ records = [] }) => records))
  expect(eventTypeNames.filter((type) => !declared.has(type)).sort()).toEqual([...byOthers].sort())
})

/** Told by jobs and by the server itself. */
const byOthers = [
  'alert.raised',
  'audit.pruned',
  'file.failed',
  'file.imported',
  'file.ready',
  'request.refused',
]

/** Types of the events of one request, in the trail of whose it is. */
async function recordedBy(request: string, level: Level, { partner, tenant }: Customer): Promise<string[]> {
  const api = { platform: app.platform, partner: partner.api, tenant: tenant.api, space: tenant.api }[level]
  const reply = await api?.get<{ data: { type: string }[] }>(`/v1/audit?request_id=${request}&limit=200`)
  expect(reply?.status).toBe(200)
  return reply?.body.data.map(({ type }) => type) ?? []
}

describe.each(app.routes.map((route) => ({ name: nameOf(route), route })))('$name', ({ route }) => {
  const entitled = callers.filter((caller) => route.access === 'public' || mayCall(route, caller))

  test('succeeds for every kind of key that may call it, with the headers that every answer has', async () => {
    expect(entitled.length).toBeGreaterThan(0)
    for (const caller of entitled) {
      const answer = await exchange(app, caller.key, route, await sampleFor(route, caller))
      expect(Object.keys(route.responses), `${caller.level}: ${answer.body}`).toContain(String(answer.status))
      expect(answer.status).toBeLessThan(300)
      expect(answer.headers).toMatchObject({
        'cache-control': 'no-store',
        vary: 'Authorization',
        'x-content-type-options': 'nosniff',
      })
    }
  })

  test('tells what it declares to tell, and nothing else', async () => {
    for (const caller of entitled) {
      const requests: string[] = []
      // Whose an invitation is says who is told of it.
      const level = route.access === 'public' ? 'tenant' : caller.level
      const asked: typeof fetch = async (input, init) => {
        const response = await fetch(input, init)
        requests.push(response.headers.get('x-request-id') ?? '')
        return response
      }
      await exchange({ ...app, fetch: asked }, caller.key, route, await sampleFor(route, caller))
      const told = await recordedBy(requests.at(-1) ?? '', level, caller.customer)
      expect(route.records ?? [], `${caller.level}: ${told.join(', ')}`).toEqual(expect.arrayContaining(told))
      expect(told.length > 0, caller.level).toBe(route.records !== undefined)
    }
  })

  test('takes a query field that it does not know for a mistake', async () => {
    for (const caller of route.access === 'public' ? [] : entitled) {
      const sample = await sampleFor(route, caller)
      const query = { ...sample.query, no_such_field: '1' }
      const answer = await exchange(app, caller.key, route, { ...sample, query })
      expect(answer.status, answer.body).toBe(422)
      expect(answer.body).toContain('no_such_field')
    }
  })
})
