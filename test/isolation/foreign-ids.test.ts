import { afterAll, describe, expect, test } from 'vitest'
import { placesOf } from '#isolation/routes/places.ts'
import { readRouteTable } from '#isolation/routes/route-table.ts'
import { foreignIdsStatement } from '#isolation/statements/foreign-ids.ts'
import { createWorld } from '#isolation/world/create-world.ts'
import { startTestApp } from '../support/app.ts'
import { expectToHold } from '../support/expect-to-hold.ts'

const app = await startTestApp()
afterAll(() => app.close())
const world = await createWorld(app)
const { routes } = await readRouteTable(app)

test('the server describes every route it has, and who may call it', () => {
  const described = routes.map(({ name, access, levels }) => ({ name, access, levels }))
  const served = app.routes.map(({ method, path, access, levels }) => ({
    name: `${method} ${path}`,
    access,
    levels,
  }))
  expect(described).toEqual(expect.arrayContaining(served))
  expect(described).toHaveLength(served.length)
})

test('places that hold ids are known in path, query, body and form, and no field is unknown', () => {
  const found = routes.map(placesOf)
  expect(found.flatMap(({ unknown }) => unknown)).toEqual([])
  const places = found.flatMap((one) => one.places)
  expect(new Set(places.map(({ part }) => part))).toEqual(new Set(['params', 'query', 'body', 'form']))
  expect(places.length).toBeGreaterThan(30)
})

describe.each(routes.filter((route) => placesOf(route).places.length > 0))('$name', (route) => {
  test('answers a foreign id as nobody’s, and nothing changes', async () => {
    const { probes } = await expectToHold(foreignIdsStatement, { world, routes: [route] })
    expect(probes).toBeGreaterThan(8)
  })
})
