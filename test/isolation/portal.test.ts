import { afterAll, describe, expect, test } from 'vitest'
import { placesOf } from '#isolation/routes/places.ts'
import { readRouteTable } from '#isolation/routes/route-table.ts'
import { mayCall } from '#isolation/routes/samples.ts'
import { foreignIdsStatement } from '#isolation/statements/foreign-ids.ts'
import { wideningStatement } from '#isolation/statements/widening.ts'
import { createWorld } from '#isolation/world/create-world.ts'
import { everyReading, read, readingInWords } from '#isolation/world/readings.ts'
import { findTrace, foreignTraces } from '#isolation/world/traces.ts'
import type { Caller, World } from '#isolation/world/world.ts'
import { startTestApp } from '../support/app.ts'
import { expectToHold } from '../support/expect-to-hold.ts'
import { create } from '../support/people.ts'

/** A portal token is held to its space as a key of that space is, by the same statements. */
const app = await startTestApp()
afterAll(() => app.close())
const keyed = await createWorld(app)
const caller = await bearToken(keyed.callers.find(({ level }) => level === 'space')!)
const world: World = { ...keyed, callers: [caller] }
const { routes } = await readRouteTable(app)
const open = routes.filter((route) => route.access !== 'public' && mayCall(route, caller))

/** The same caller with a token; what its samples use up is still made by its key. */
async function bearToken(holder: Caller): Promise<Caller> {
  const token = await create<{ secret: string }>(holder.customer.tenant.api, '/v1/portal/tokens', {
    spaces: [holder.place.space.id],
    scopes: ['browse', 'search', 'ask', 'upload'],
    subject: { external_id: 'somebody' },
  })
  const permissions = ['spaces:read', 'files:read', 'search:query', 'answers:ask', 'files:write']
  return { ...holder, key: token.secret, permissions }
}

describe.each(open.filter((route) => placesOf(route).places.length > 0))('$name', (route) => {
  test('answers a foreign id as nobody’s, and nothing changes', async () => {
    const { probes } = await expectToHold(foreignIdsStatement, { world, routes: [route] })
    expect(probes).toBeGreaterThan(4)
  })
})

test('nothing that a request names opens more than the token does', async () => {
  const { probes } = await expectToHold(wideningStatement, { world, routes: open })
  expect(probes).toBeGreaterThan(100)
})

test('every route that reads shows its own, and nothing of anybody else’s', async () => {
  const foreign = foreignTraces(world, caller)
  expect(foreign.length).toBeGreaterThan(20)
  const shown = []
  for (const reading of everyReading(world, open, caller)) {
    const { body } = await read(world, caller, reading)
    expect({ reading: readingInWords(reading), trace: findTrace(body, foreign) }).toEqual({
      reading: readingInWords(reading),
      trace: undefined,
    })
    shown.push(body)
  }
  for (const own of [caller.place.file.id, caller.place.marker, caller.place.folder.id])
    expect(shown.some((body) => body.includes(own))).toBe(true)
})
