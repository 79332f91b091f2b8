import type { Blobs } from '#adapters/blobs/port.ts'
import { removeGoneTenants, removeUnclaimedBlobs } from '#features/lifecycle/index.ts'
import type { Database, Db } from '#platform/db/index.ts'
import type { Log } from '#platform/log.ts'
import type { Vault } from '#platform/vault/index.ts'

const unclaimedAfterMs = 24 * 3600 * 1000

/**
 * Removes what uploads that a crash or the end of their tenant cut off have left. Another process may be taking one in for hours; on an embedded
 * database there is no other, and whatever came before this start is left over.
 */
export async function sweepBlobs(
  { db, blobs, vault, log }: { db: Db; blobs: Blobs; vault: Vault; log: Log },
  kind: Database['kind'],
  startedAt: Date,
  signal: AbortSignal,
): Promise<void> {
  const before = kind === 'embedded' ? startedAt : new Date(startedAt.getTime() - unclaimedAfterMs)
  try {
    const removed = await removeUnclaimedBlobs({ db, blobs }, before, signal)
    if (removed > 0) log.info({ removed }, 'removed the bytes of uploads that a crash had cut off')
    const gone = await removeGoneTenants({ db, blobs, vault }, signal)
    if (gone > 0) log.info({ tenants: gone }, 'removed what uploads had left of erased tenants')
  } catch (error) {
    log.error({ err: error }, 'could not look for the bytes of uploads that a crash had cut off')
  }
}
