import { afterAll, describe, expect, test } from 'vitest'
import { permissionsOf } from '#platform/scope/index.ts'
import { startTestApp } from '../support/app.ts'
import { exchange } from '../support/exchange.ts'
import { foreignIds, ownId, placesOf, withId } from '../support/places.ts'
import { mayCall, nameOf, sampleFor } from '../support/samples.ts'
import { createWorld, type Customer } from '../support/world.ts'

const app = await startTestApp()
afterAll(() => app.close())
const world = await createWorld(app)

const cases = app.routes.flatMap((route) =>
  placesOf(route).map((place) => ({ name: `${nameOf(route)}: ${place.part}.${place.name}`, route, place })),
)

test('places that hold ids are known in path, query, body and form', () => {
  expect(new Set(cases.map(({ place }) => place.part))).toEqual(new Set(['params', 'query', 'body', 'form']))
  expect(cases.length).toBeGreaterThan(30)
})

describe.each(cases)('$name', ({ route, place }) => {
  const callers = world.callers.filter(({ level }) => mayCall(route, level, permissionsOf[level]))
  const call = async (caller: (typeof callers)[number], id: string | undefined) => {
    const sample = await sampleFor(route, caller)
    return exchange(app.url, caller.key, route, id === undefined ? sample : withId(sample, place, id))
  }

  test('takes the own id of at least one caller', async () => {
    const statuses = []
    for (const caller of callers) {
      const own = place.part === 'params' ? undefined : ownId(caller, place.kind)
      statuses.push((await call(caller, own)).status)
    }
    expect(statuses).toContainEqual(expect.toSatisfy((status: number) => status < 300, 'success'))
  })

  test.each(callers)('answers a $level key alike, whether the id is foreign or nobody’s', async (caller) => {
    const before = await stateOf()
    const foreign = foreignIds(world, caller, place.kind)
    expect(foreign.length).toBeGreaterThan(6)
    const nobodys = await call(caller, foreign.find(({ what }) => what === 'a random one')?.id)
    for (const { what, id } of foreign) {
      expect({ what, ...(await call(caller, id)) }).toEqual({ what, ...nobodys })
    }
    // A list of files narrows, so that none of them leaves nothing.
    expect(place.name === 'files' ? [200] : [404, 422]).toContain(nobodys.status)
    expect(await stateOf()).toEqual(before)
  })
})

/** Everything of the others that can be seen, by their own keys. */
async function stateOf() {
  const { sibling, stranger, own } = world
  const seen = await Promise.all(
    [sibling, stranger].flatMap((customer) => [
      ...readings(customer),
      customer.partner.api.get(`/v1/tenants/${customer.tenant.id}`),
      app.platform.get(`/v1/partners/${customer.partner.id}`),
    ]),
  )
  const second = await Promise.all([own.second.api.get('/v1/files'), own.second.api.get('/v1/spaces')])
  return [...seen, ...second].map(({ status, body }) => ({ status, body }))
}

function readings({ tenant }: Customer) {
  return ['/v1/files?space=*', '/v1/spaces', '/v1/keys'].map((path) => tenant.api.get(path))
}
