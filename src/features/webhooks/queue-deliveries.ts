import type { Enqueue, Queue } from '#jobs/index.ts'
import type { TenantTx } from '#platform/db/index.ts'
import type { Ids } from '#platform/ids.ts'
import { type EndpointRow, insertDeliveries } from './queries.ts'

const attempt = { timeoutSeconds: 60, isForWholeTenant: 'unless a space is named' } as const

/** One attempt of one delivery. It waits for somebody else's server, longer than a call may take: of one tenant a few at a time. */
export const deliveryQueue: Queue = {
  ...attempt,
  name: 'webhook',
  waiting: { atOnce: 12, ofOneTenant: 4 },
}

/** Attempts at addresses that took nothing of late. They hold up each other, and none that answers. */
export const failingQueue: Queue = {
  ...attempt,
  name: 'webhook-failing',
  waiting: { atOnce: 12, ofOneTenant: 1 },
}

/** One that fails now and then is not among them. */
const failsAfter = 3

export function queueOf({ failures }: Pick<EndpointRow, 'failures'>): Queue {
  return failures < failsAfter ? deliveryQueue : failingQueue
}

/** Removes what was kept for long enough. */
export const tidyQueue: Queue = {
  name: 'webhook-tidy',
  timeoutSeconds: 600,
  isForWholeTenant: 'unless a space is named',
}

export const webhookQueues = [deliveryQueue, failingQueue, tidyQueue]

const day = 86_400
export const keptMs = 30 * day * 1000
/** Deliveries of a day are removed together, when the last of them is old enough. */
const tidyAfterMs = keptMs + day * 1000

type Deps = { enqueue: Enqueue; ids: Ids }

/** Makes deliveries of events to an endpoint, with a job for each, in the caller's transaction. */
export async function queueDeliveries(
  tx: TenantTx,
  { id: endpoint, space_id: spaceId, failures }: Pick<EndpointRow, 'id' | 'space_id' | 'failures'>,
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
  await enqueue(tx, queueOf({ failures }), inputs, { spaceId })
  await enqueue(tx, tidyQueue, [{ endpoint }], {
    spaceId,
    delayMs: tidyAfterMs,
    key: endpoint,
    onceInSeconds: day,
  })
}
