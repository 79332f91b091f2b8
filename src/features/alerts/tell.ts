import type { TenantTx } from '#platform/db/index.ts'
import type { EventType, NewEvent } from '#platform/events/index.ts'
import type { AlertRow } from './queries.ts'

/** What happened to an alert, where the alert belongs. */
export async function tell(
  tx: TenantTx,
  type: EventType & `alert.${string}`,
  row: AlertRow,
  data?: NewEvent['data'],
): Promise<void> {
  await tx.record({
    type,
    subject: { type: 'alert', id: row.id, name: row.name },
    ...(row.space_id === null ? {} : { place: { space: row.space_id } }),
    ...(data ? { data } : {}),
  })
}
