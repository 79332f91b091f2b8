import { afterAll, expect, test } from 'vitest'
import { readRouteTable } from '#isolation/routes/route-table.ts'
import { statements } from '#isolation/statements.ts'
import { createWorld } from '#isolation/world/create-world.ts'
import { startTestApp } from '../support/app.ts'
import { expectToHold } from '../support/expect-to-hold.ts'

const app = await startTestApp()
afterAll(() => app.close())
const world = await createWorld(app)
const { routes } = await readRouteTable(app)

/** These have test files of their own. */
const elsewhere = ['foreign-ids', 'widening', 'markers', 'same-names']

test.each(statements.filter(({ id }) => !elsewhere.includes(id)))('$id: $title', async (statement) => {
  const { probes } = await expectToHold(statement, { world, routes, probes: 1000 })
  expect(probes).toBeGreaterThanOrEqual(10)
})
