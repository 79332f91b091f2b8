import type { Enqueue, Queue } from '#jobs/index.ts'
import type { TenantTx } from '#platform/db/index.ts'
import type { Ids } from '#platform/ids.ts'
import { type EndpointRow, insertDeliveries } from './queries.ts'

/**
 * One attempt of one delivery. It waits for somebody else's server: of one tenant a few at a time, so that whoever has a dead
 * one holds up their own alone. Longer than a call may take.
 */
export const deliveryQueue: Queue = {
  name: 'webhook',
  timeoutSeconds: 60,
  isForWholeTenant: 'unless a space is named',
  waiting: { atOnce: 6, ofOneTenant: 2 },
}

/** Removes what was kept for long enough. */
export const tidyQueue: Queue = {
  name: 'webhook-tidy',
  timeoutSeconds: 600,
  isForWholeTenant: 'unless a space is named',
}

const day = 86_400
export const keptMs = 30 * day * 1000
/** Deliveries of a day are removed together, when the last of them is old enough. */
const tidyAfterMs = keptMs + day * 1000

type Deps = { enqueue: Enqueue; ids: Ids }

/** Makes deliveries of events to an endpoint, with a job for each, in the caller's transaction. */
export async function queueDeliveries(
  tx: TenantTx,
  { id: endpoint, space_id: spaceId }: Pick<EndpointRow, 'id' | 'space_id'>,
  numbers: readonly number[],
  now: Date,
  { enqueue, ids }: Deps,
): Promise<void> {
  if (numbers.length === 0) return
  const rows = numbers.map((number) => ({
    tenant_id: tx.scope.tenantId,
    id: ids.uuid(),
    space_id: spaceId,
    endpoint_id: endpoint,
    event_number: number,
    next_attempt_at: now,
    created_at: now,
  }))
  await insertDeliveries(tx, rows)
  const inputs = rows.map(({ id }) => ({ delivery: id, attempt: '1' }))
  await enqueue(tx, deliveryQueue, inputs, { spaceId })
  await enqueue(tx, tidyQueue, [{ endpoint }], {
    spaceId,
    delayMs: tidyAfterMs,
    key: endpoint,
    onceInSeconds: day,
  })
}
