import { scopeOfQueueing } from '#features/access/index.ts'
import { type AdminScope, asAdmin, getTenant } from '#features/tenancy/index.ts'
import type { Enqueue } from '#jobs/index.ts'
import type { Clock } from '#platform/clock.ts'
import type { Db } from '#platform/db/index.ts'
import { eraseTenantQueue } from './jobs.ts'

export type OrderDeps = {
  db: Db
  clock: Clock
  enqueue: Enqueue
  /** Drops what this process holds of the tenant in memory. */
  forgetTenant: (tenantId: string) => void
}

/**
 * Ends a tenant: from the commit on its keys are refused and its jobs void, and the job that removes everything is
 * queued. A second order changes nothing.
 * @throws tenants.not_found
 */
export async function orderErasure(scope: AdminScope, reference: string, deps: OrderDeps) {
  return asAdmin(scope, deps.db, async (tx) => {
    const found = await getTenant(tx, reference)
    const ordered = await tx.kysely
      .updateTable('tenants')
      .set({ status: 'erasing', erasure_requested_at: deps.clock.now(), updated_at: deps.clock.now() })
      .where('id', '=', found.id)
      .where('status', '!=', 'erasing')
      .returningAll()
      .executeTakeFirst()
    if (!ordered) {
      tx.unrecorded('unchanged')
      return getTenant(tx, reference)
    }
    await tx.record({
      type: 'tenant.erasure_ordered',
      subject: { type: 'tenant', id: found.id, name: found.name },
    })
    const erased = scopeOfQueueing(tx.scope, { id: found.id, partnerId: found.partner_id })
    await tx.enter(erased, (tenantTx) => deps.enqueue(tenantTx, eraseTenantQueue, [{}], { spaceId: null }))
    tx.afterCommit(() => deps.forgetTenant(found.id))
    return ordered
  })
}
