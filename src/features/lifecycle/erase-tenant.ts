import type { Blobs } from '#adapters/blobs/port.ts'
import type { JobRun } from '#jobs/index.ts'
import type { Db } from '#platform/db/index.ts'
import type { TenantScope } from '#platform/scope/index.ts'
import { countRows, deleteBatch, deleteTenant, erasedTables, removeJobs, setLeft } from './erasure-queries.ts'

export type EraseDeps = {
  db: Db
  blobs: Pick<Blobs, 'removeAll'>
  /** Ends the content in every copy, backups included. */
  destroyKeys: (tenantId: string) => Promise<void>
  /** Drops what this process holds of the tenant in memory. */
  forgetTenant: (tenantId: string) => void
}

/**
 * Removes everything of a tenant whose end was ordered. It may be cut off anywhere and run again: each step finds what
 * is left, and the last one is one transaction. What a request or a job under way writes meanwhile hangs by foreign keys
 * on rows that go later: it goes with them, or holds the last step up until the next run.
 */
export async function eraseTenant(scope: TenantScope, run: JobRun, deps: EraseDeps): Promise<void> {
  await deps.destroyKeys(scope.tenantId)
  await deps.db.system('run-jobs', (tx) => removeJobs(tx.execute, scope, run.id))
  await deleteRows(scope, run, deps)
  // After the rows: as long as there is a space, an upload may still come to its end.
  await deps.blobs.removeAll(scope)
  // Again: a replacement of the data key or a restored keyring may have added one since the first time.
  await deps.destroyKeys(scope.tenantId)
  await erasing(deps, scope, async (tx) => {
    await deleteTenant(tx, scope)
    // This very job included: from this commit on no row names the tenant.
    await tx.withJobsRole((execute) => removeJobs(execute, scope))
    tx.afterCommit(() => deps.forgetTenant(scope.tenantId))
  })
}

/** In short transactions, because an embedded database has one session for everybody. */
async function deleteRows(scope: TenantScope, run: JobRun, deps: EraseDeps): Promise<void> {
  let left = await erasing(deps, scope, (tx) => countRows(tx, scope))
  for (const table of erasedTables) {
    for (let deleted = -1; deleted !== 0;) {
      run.signal.throwIfAborted()
      deleted = await erasing(deps, scope, async (tx) => {
        await setLeft(tx, scope, left)
        return deleteBatch(tx, scope, table)
      })
      left = Math.max(0, left - deleted)
    }
  }
}

function erasing<T>(
  { db }: EraseDeps,
  scope: TenantScope,
  work: Parameters<typeof db.system<T>>[1],
): Promise<T> {
  return db.system('erase-tenant', work, { erasing: scope })
}
