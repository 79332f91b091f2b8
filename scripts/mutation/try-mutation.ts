import type { Mutation } from '../../test/mutation/mutation.ts'
import { whileEdited } from './edit-text.ts'
import type { TestRun } from './run-tests.ts'

export type Outcome = { isCaught: boolean; by: string }

/**
 * Breaks one guard in a copy of the repository, runs the tests that have to notice, and mends it again. A loss that the
 * start refuses already has to be noticed by the tests as well, once that refusal is out of the way.
 */
export async function tryMutation(
  mutation: Mutation,
  tree: string,
  run: (tests: string[]) => Promise<TestRun>,
): Promise<Outcome> {
  const { alone = [], atStart, tests } = mutation
  const edits = [mutation, ...alone]
  if (!atStart) return whileEdited(tree, edits, async () => outcomeOf(await run(tests)))
  const refused = await whileEdited(tree, edits, () => run(tests))
  if (!refused.said.includes(atStart.says))
    return { isCaught: false, by: `the start did not say “${atStart.says}”. ${ending(refused)}` }
  const outcome = await whileEdited(tree, [...edits, ...atStart.without], async () =>
    outcomeOf(await run(tests)),
  )
  return { ...outcome, by: `at start, and ${outcome.by}` }
}

/** A run that fails without a failed test is no proof: whatever does not load fails like that. */
function outcomeOf(run: TestRun): Outcome {
  const [first] = run.failed
  return first === undefined ? { isCaught: false, by: ending(run) } : { isCaught: true, by: first }
}

function ending({ failed, passed, isOk, said }: TestRun): string {
  if (failed.length > 0) return `Failed: ${failed.join('; ')}`
  if (isOk) return `nobody noticed: ${passed} tests passed`
  return `no test failed, ${passed} passed: ${said.trim().slice(-1500)}`
}
