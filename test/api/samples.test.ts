import { afterAll, describe, expect, test } from 'vitest'
import { mayCall, nameOf, sampleFor, samples } from '#isolation/routes/samples.ts'
import { exchange } from '#isolation/server/exchange.ts'
import { createWorld } from '#isolation/world/create-world.ts'
import { startTestApp } from '../support/app.ts'

const app = await startTestApp()
afterAll(() => app.close())
const { callers } = await createWorld(app)

test('every route has a sample and every sample a route', () => {
  expect(Object.keys(samples).sort()).toEqual(app.routes.map(nameOf).sort())
})

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
