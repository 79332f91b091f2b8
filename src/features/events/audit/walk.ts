import { inOwnTransaction } from '#features/access/index.ts'
import type { Db } from '#platform/db/index.ts'
import { upstreamUnavailable } from '#platform/errors.ts'
import { type Chain, type Checkpoint, chainOf, genesis } from '#platform/events/index.ts'
import type { Scope } from '#platform/scope/index.ts'
import { type EventRow, listEvents, readHead } from '../queries.ts'
import { readCheckpoint } from './checkpoints.ts'

export type Step = { row: EventRow; previousHash: Buffer }

const pageSize = 500

/**
 * Every entry of the caller's chain after one, in their order, a page in a transaction, each with the hash it is tied to.
 * @param checkpoint what was read before: it goes on from there at the earliest
 * @throws upstream.unavailable when entries that were to come have ended meanwhile
 */
export async function* walkChain(
  scope: Scope,
  after: number,
  checkpoint: Checkpoint | undefined,
  signal: AbortSignal,
  db: Db,
): AsyncGenerator<Step> {
  const { id } = chainOf(scope)
  const isPruned = checkpoint !== undefined && checkpoint.id >= after
  let previousHash = isPruned ? Buffer.from(checkpoint.hash, 'hex') : await hashAt(scope, after, db)
  for (let beyond = isPruned ? checkpoint.id : after; ;) {
    signal.throwIfAborted()
    const from = beyond
    const rows = await inOwnTransaction(scope, db, (tx) =>
      listEvents(tx, id, {}, { limit: pageSize, beyond: from, order: 'oldest' }),
    )
    if (rows[0]?.number !== from + 1 && ((await readCheckpoint(scope, db))?.id ?? 0) > from)
      throw upstreamUnavailable('Old entries have ended meanwhile.', { retryAfterSeconds: 1 })
    for (const row of rows) {
      yield { row, previousHash }
      previousHash = row.hash
      beyond = row.number
    }
    if (rows.length < pageSize) return
  }
}

async function hashAt(scope: Scope, number: number, db: Db): Promise<Buffer> {
  if (number === 0) return genesis
  const { id } = chainOf(scope)
  const [row] = await inOwnTransaction(scope, db, (tx) =>
    listEvents(tx, id, {}, { limit: 1, beyond: number - 1, order: 'oldest' }),
  )
  return row?.number === number ? row.hash : genesis
}

/** What the end of a chain says of itself. */
export async function headOf(scope: Scope, db: Db): Promise<{ chain: Chain; id: number; hash: string }> {
  const chain = chainOf(scope)
  const head = await inOwnTransaction(scope, db, (tx) => readHead(tx, chain.id))
  return { chain, id: head?.number ?? 0, hash: (head?.hash ?? genesis).toString('hex') }
}
