import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { readRouteTable } from '#isolation/routes/route-table.ts'
import { runStatement } from '#isolation/run-statement.ts'
import { seeded } from '#isolation/seeded.ts'
import { statements } from '#isolation/statements.ts'
import { createWorld } from '#isolation/world/create-world.ts'
import { startTestApp } from '../support/app.ts'
import { startTamperingProxy } from '../support/tampering-proxy.ts'
import { comingLate } from './sabotage/answer-late.ts'
import { reachingFurther } from './sabotage/reach-further.ts'
import { showingOthers } from './sabotage/show-others.ts'

/** Every statement is tried against servers that are broken in one place: a check that cannot fail proves nothing. */
const app = await startTestApp()
const proxy = await startTamperingProxy(app.url)
afterAll(async () => {
  await proxy.close()
  await app.close()
})
afterEach(() => proxy.tamperBy(undefined))
const world = await createWorld({ url: proxy.url, keys: app.keys })
const { routes } = await readRouteTable(proxy)
const sabotages = [...showingOthers(world), ...reachingFurther(world), ...comingLate]

test('every statement is sabotaged at least once', () => {
  expect(new Set(sabotages.map(({ statement }) => statement))).toEqual(
    new Set(statements.map(({ id }) => id)),
  )
})

describe.each(sabotages)('a server that $what', ({ statement: id, route, tamper, finding }) => {
  test(`is found out by ${id}`, async () => {
    const statement = statements.find((one) => one.id === id)!
    const given = {
      world,
      routes: routes.filter(({ name }) => route === undefined || name === route),
      probes: 200,
      random: seeded(7),
    }
    proxy.tamperBy(tamper())
    const { findings } = await runStatement(statement, given)
    const told = findings.map(({ kind, request, problem }) => `${kind}: ${request}: ${problem}`)
    expect(told).toContainEqual(expect.stringMatching(finding))
    expect(told.join('\n')).not.toContain('bhk_')
  })
})
