import type { Db } from '#platform/db/index.ts'
import { chainName, createVerifier, entryOf } from '#platform/events/index.ts'
import type { Scope } from '#platform/scope/index.ts'
import { headOf, walkChain } from './walk.ts'

const mostProblems = 20

/** Follows the caller's chain from its first entry to what its end says of itself. */
export async function verifyTrail(scope: Scope, signal: AbortSignal, db: Db) {
  // The end first: what comes meanwhile is beyond it.
  const { chain, ...end } = await headOf(scope, db)
  const verifier = createVerifier(chainName(chain))
  const problems: { id: number; problem: string }[] = []
  let checked = 0
  let isReached = end.id === 0
  for await (const { row, previousHash } of walkChain(scope, 0, signal, db)) {
    const entry = entryOf(chain, row, row.number, previousHash)
    const problem = verifier.add({ ...entry, hash: row.hash.toString('hex') })
    if (problem !== undefined) problems.push({ id: row.number, problem })
    checked++
    if (row.number === end.id) isReached = row.hash.toString('hex') === end.hash
  }
  if (!isReached) problems.push({ id: end.id, problem: 'is where the chain ends, and not there as it was' })
  return {
    chain: chainName(chain),
    checked,
    is_valid: problems.length === 0,
    head: { chain: chainName(chain), ...end },
    problems: problems.slice(0, mostProblems),
  }
}
