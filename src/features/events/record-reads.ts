import type { TenantTx } from '#platform/db/index.ts'
import type { NewEvent } from '#platform/events/index.ts'
import type { LaterRecorder } from './record-later.ts'

/** Tells of a reading of content, in the transaction that reads it. */
export type RecordRead = (tx: TenantTx, event: NewEvent) => Promise<void>

/** As the tenant wants it: not at all, with others a moment later, or before anything is answered. */
export function recordReads({ later }: LaterRecorder): RecordRead {
  return async (tx, event) => {
    const tenant = await tx.kysely
      .selectFrom('tenants')
      .select('records_reads')
      .where('id', '=', tx.scope.tenantId)
      .executeTakeFirst()
    if (tenant?.records_reads === 'first') await tx.record(event)
    if (tenant?.records_reads === 'soon') tx.afterCommit(() => later(tx.scope, event))
  }
}
