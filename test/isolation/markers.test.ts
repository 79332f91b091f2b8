import { afterAll, expect, test } from 'vitest'
import { readRouteTable } from '#isolation/routes/route-table.ts'
import { markersStatement } from '#isolation/statements/markers.ts'
import { createWorld } from '#isolation/world/create-world.ts'
import { everyCaller } from '#isolation/world/readings.ts'
import { foreignTraces, ownTraces } from '#isolation/world/traces.ts'
import { startTestApp } from '../support/app.ts'
import { expectToHold } from '../support/expect-to-hold.ts'

const app = await startTestApp()
afterAll(() => app.close())
const world = await createWorld(app)
const { routes } = await readRouteTable(app)

test('there is something to see and something to be kept from for every key', () => {
  const callers = everyCaller(world)
  expect(
    callers
      .map(({ level }) => level)
      .sort()
      .join(' '),
  ).toBe('partner partner partner platform space space space space space space tenant tenant tenant')
  for (const caller of callers) {
    expect(ownTraces(world, caller).length).toBeGreaterThan(2)
    expect(foreignTraces(world, caller).length).toBeGreaterThan(20)
  }
})

test('every key is shown its own, and nothing of anybody else’s, by every route that reads', async () => {
  const { probes } = await expectToHold(markersStatement, { world, routes, probes: 2000 })
  expect(probes).toBeGreaterThanOrEqual(2000)
})
