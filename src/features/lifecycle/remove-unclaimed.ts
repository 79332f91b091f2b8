import type { Blobs } from '#adapters/blobs/port.ts'
import { operatorScope, operatorTenantScope } from '#features/access/index.ts'
import type { Db } from '#platform/db/index.ts'
import { timeOfUuid } from '#platform/ids.ts'
import { blobsInUse, listTenantIds, pendingJobs } from './queries.ts'

/**
 * Removes stored bytes that no version names: an upload is on disk before its row is committed, and a crash in between
 * leaves it there (six of fifteen uploads in five kills). Names carry their time; nothing from `before` on is touched.
 * @returns how many there were
 */
export async function removeUnclaimedBlobs(
  { db, blobs }: { db: Db; blobs: Blobs },
  before: Date,
  signal: AbortSignal,
): Promise<number> {
  const operator = operatorScope('doctor')
  let removed = 0
  for (const tenant of await db.platform(operator, listTenantIds)) {
    if (signal.aborted) break
    const scope = operatorTenantScope(operator, { id: tenant.id, partnerId: tenant.partner_id })
    // Stored first, claimed second: what is claimed in between is not taken for unclaimed.
    const old: string[] = []
    for await (const blob of blobs.list(scope)) if (timeOfUuid(blob) < before.getTime()) old.push(blob)
    const { blobs: leaving } = await db.system('run-jobs', pendingJobs)
    const claimed = new Set((await db.tenant(scope, blobsInUse)).map(({ blob }) => blob))
    for (const blob of old) {
      if (claimed.has(blob) || leaving.has(blob)) continue
      await blobs.remove(scope, blob)
      removed++
    }
  }
  return removed
}
