import { expect } from 'vitest'
import type { Route } from '#isolation/routes/route-table.ts'
import { runStatement } from '#isolation/run-statement.ts'
import { seeded } from '#isolation/seeded.ts'
import type { Statement } from '#isolation/statement.ts'
import type { World } from '#isolation/world/world.ts'

/** That the statement holds, and was tried in full: every route has a sample, every field is known. */
export async function expectToHold(
  statement: Statement,
  given: { world: World; routes: Route[]; probes?: number },
): Promise<{ probes: number }> {
  const outcome = await runStatement(statement, { probes: 200, random: seeded(1), ...given })
  const { findings, notChecked, brokenOff, probes } = outcome
  expect({ findings, notChecked, brokenOff }).toEqual({ findings: [], notChecked: [], brokenOff: undefined })
  return { probes }
}
