import { scopeOfNewTenant } from '#features/access/index.ts'
import { getTenant, tenantErasing } from '#features/tenancy/index.ts'
import type { Enqueue } from '#jobs/index.ts'
import type { Clock } from '#platform/clock.ts'
import type { Db, PlatformTx } from '#platform/db/index.ts'
import type { NewEvent } from '#platform/events/index.ts'
import type { PlatformScope } from '#platform/scope/index.ts'
import type { Vault } from '#platform/vault/index.ts'
import { resealQueue } from './jobs.ts'
import type { RotationRow } from './present.ts'
import { beginRotation, lockRotation } from './queries.ts'

export type RotateDeps = {
  db: Db
  vault: Vault
  clock: Clock
  enqueue: Enqueue
  /** After it every server knows a key that has just been made. */
  keySpreadMs: number
}

/**
 * Gives a tenant a new data key and queues the sealing anew of what it has. The key is in the keyring before anything
 * says so. One that is under way is gone on with: its job is queued again, which does no harm where it is running.
 * @throws tenants.not_found, tenants.erasing, content.key_missing
 */
export async function rotateDataKey(
  scope: PlatformScope,
  reference: string,
  deps: RotateDeps,
): Promise<RotationRow> {
  const { db, vault, clock } = deps
  const tenant = await db.platform(scope, (tx) => getTenant(tx, reference))
  if (tenant.status === 'erasing') throw tenantErasing()
  const key = await vault.createNext(tenant.id, tenant.oldest_key)
  return db.platform(scope, async (tx) => {
    const row = await lockRotation(tx, tenant.id)
    const isRunning = row.rotation_started_at !== null && row.rotation_finished_at === null
    // Another call has started and finished one since.
    if (!isRunning && row.oldest_key >= key) {
      tx.unrecorded('unchanged')
      return row
    }
    const event = {
      type: 'tenant.key_rotated',
      subject: { type: 'tenant', id: tenant.id, name: tenant.name },
      data: { key },
    } as const
    await tx.record(event)
    await queueReseal(tx, row, key, event, deps)
    return isRunning ? row : beginRotation(tx, tenant.id, clock.now())
  })
}

function queueReseal(
  tx: PlatformTx,
  { id, partner_id: partnerId }: { id: string; partner_id: string },
  key: number,
  event: NewEvent,
  { enqueue, keySpreadMs }: RotateDeps,
): Promise<void> {
  const tenant = scopeOfNewTenant(tx.scope, { id, partnerId })
  return tx.enter(tenant, async (tenantTx) => {
    await tenantTx.record(event)
    await enqueue(tenantTx, resealQueue, [{ key: String(key) }], { spaceId: null, delayMs: keySpreadMs })
  })
}
