import type { TenantTx } from '#platform/db/index.ts'
import type { EventType, NewEvent } from '#platform/events/index.ts'
import type { EndpointRow } from './queries.ts'
import { openUrl } from './sealed.ts'
import { originOf } from './read-url.ts'

/** What happened to a webhook. Of its address no more than the origin is told, and of its secret nothing. */
export async function tell(
  tx: TenantTx,
  type: EventType & `webhook.${string}`,
  row: EndpointRow,
  data?: NewEvent['data'],
): Promise<void> {
  await tx.record({
    type,
    subject: {
      type: 'webhook',
      id: row.id,
      name: row.description ?? originOf(openUrl(await tx.keys(), row)),
    },
    ...(row.space_id === null ? {} : { place: { space: row.space_id } }),
    ...(data ? { data } : {}),
  })
}
