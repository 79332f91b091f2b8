import { inOwnTransaction } from '#features/access/index.ts'
import type { Clock } from '#platform/clock.ts'
import type { AdminTx, Db, TenantTx } from '#platform/db/index.ts'
import { chainName, chainOf, type SigningKey } from '#platform/events/index.ts'
import type { Scope } from '#platform/scope/index.ts'
import { listEvents } from '../queries.ts'
import { endEntries, lockCheckpoint, signingKey, type Signs } from './checkpoints.ts'

export type PruneDeps = { db: Db; clock: Clock; vault: Signs }

const dayMs = 24 * 3_600_000
/** Entries that end in one transaction, which keeps new ones of the chain from their numbers meanwhile. */
const atOnce = 1000

/**
 * Ends the entries of the caller's chain that are older than so many days, oldest first, and keeps a signed checkpoint in their
 * place. It is done once a day at most: an entry may stay a day longer.
 * @returns how many have ended
 */
export async function prune(
  scope: Scope,
  days: number,
  signal: AbortSignal,
  deps: PruneDeps,
): Promise<number> {
  const limitMs = deps.clock.now().getTime() - days * dayMs
  const key = await signingKey(deps.vault)
  let ended = 0
  for (let isDue = false; ; isDue = true) {
    const here = await inOwnTransaction(scope, deps.db, (tx) =>
      pruneSome(tx, { limitMs, isDue }, key, deps.clock),
    )
    ended += here
    if (here < atOnce || signal.aborted) return ended
  }
}

async function pruneSome(
  tx: TenantTx | AdminTx,
  { limitMs, isDue }: { limitMs: number; isDue: boolean },
  key: SigningKey,
  clock: Clock,
): Promise<number> {
  const chain = chainOf(tx.scope)
  const checkpoint = await lockCheckpoint(tx)
  const page = { limit: atOnce, beyond: checkpoint?.id ?? 0, order: 'oldest' } as const
  const rows = await listEvents(tx, chain.id, {}, page)
  const oldest = rows[0]?.created_at.getTime() ?? Infinity
  const young = rows.findIndex(({ created_at: at }) => at.getTime() >= limitMs)
  const old = isDue || oldest < limitMs - dayMs ? rows.slice(0, young === -1 ? rows.length : young) : []
  const last = old.at(-1)
  if (last) {
    const end = { chain: chainName(chain), id: last.number, hash: last.hash.toString('hex') }
    await endEntries(tx, end, clock.now(), key)
    await tx.record({
      type: 'audit.pruned',
      subject: { type: 'chain', id: chainName(chain) },
      data: { entries: old.length, up_to: last.number },
    })
  } else tx.unrecorded('unchanged')
  return old.length
}
