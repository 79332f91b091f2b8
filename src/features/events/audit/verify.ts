import type { Db } from '#platform/db/index.ts'
import {
  beforeFirst,
  type Chain,
  chainName,
  type Checkpoint,
  createVerifier,
  entryOf,
  isSigned,
} from '#platform/events/index.ts'
import type { Scope } from '#platform/scope/index.ts'
import { readCheckpoint, signingKey, type Signs } from './checkpoints.ts'
import { headOf, walkChain } from './walk.ts'

const mostProblems = 20

type Deps = { db: Db; vault: Signs }

/** Follows the caller's chain from its first entry, or from its checkpoint, to what its end says of itself. */
export async function verifyTrail(scope: Scope, signal: AbortSignal, { db, vault }: Deps) {
  const checkpoint = await readCheckpoint(scope, db)
  // The end first: what comes meanwhile is beyond it.
  const { chain, ...end } = await headOf(scope, db)
  const after = checkpoint ? { id: checkpoint.id, hash: checkpoint.hash } : beforeFirst
  const verifier = createVerifier(chainName(chain), after)
  const problems: { id: number; problem: string }[] = []
  if (checkpoint && !(await isCheckpointOf(checkpoint, chain, vault)))
    problems.push({ id: checkpoint.id, problem: 'is a checkpoint that this server has not signed' })
  let checked = 0
  let isReached = end.id === after.id && end.hash === after.hash
  for await (const { row, previousHash } of walkChain(scope, 0, checkpoint, signal, db)) {
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
    after,
    is_valid: problems.length === 0,
    head: { chain: chainName(chain), ...end },
    problems: problems.slice(0, mostProblems),
  }
}

/** Of this chain, and signed by this installation. */
async function isCheckpointOf(checkpoint: Checkpoint, chain: Chain, vault: Signs): Promise<boolean> {
  const { publicKey } = await signingKey(vault)
  return checkpoint.chain === chainName(chain) && checkpoint.public_key === publicKey && isSigned(checkpoint)
}
