import type { Blobs } from '#adapters/blobs/port.ts'
import { operatorScope, scopeOfGoneTenant } from '#features/access/index.ts'
import type { Db } from '#platform/db/index.ts'
import type { Vault } from '#platform/vault/index.ts'
import { listAllTenantIds } from './queries.ts'

export type GoneTenantsDeps = {
  db: Db
  blobs: Pick<Blobs, 'tenants' | 'removeAll'>
  vault: Pick<Vault, 'hasKeys'>
}

/**
 * Removes what is stored of tenants that are no more: an upload that came to its end on another server after its tenant's
 * had, or that was killed there. Files of another database, or of a newer one, are left alone: an erasure destroys the keys
 * first of all, so whoever has a key was not erased, and somebody who has files is known where they belong.
 * @returns how many tenants there were
 */
export async function removeGoneTenants(
  { db, blobs, vault }: GoneTenantsDeps,
  signal: AbortSignal,
): Promise<number> {
  const operator = operatorScope('doctor')
  // Stored first, known second: nobody uploads before the tenant is there.
  const stored = await blobs.tenants()
  const known = new Set(await db.platform(operator, listAllTenantIds))
  if (!stored.some((id) => known.has(id))) return 0
  let removed = 0
  for (const id of stored) {
    if (signal.aborted) break
    if (known.has(id) || (await vault.hasKeys(id))) continue
    await blobs.removeAll(scopeOfGoneTenant(operator, id))
    removed++
  }
  return removed
}
