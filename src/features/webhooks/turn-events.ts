import { type Consumer, endOfEvents, listEvents } from '#features/events/index.ts'
import type { Enqueue } from '#jobs/index.ts'
import type { Clock } from '#platform/clock.ts'
import type { Db } from '#platform/db/index.ts'
import type { Ids } from '#platform/ids.ts'
import type { TenantScope } from '#platform/scope/index.ts'
import { filterOf, lockEndpointRow, updateEndpoint } from './queries.ts'
import { queueDeliveries } from './queue-deliveries.ts'

/** Events that become deliveries in one short transaction. */
const atOnce = 200

type TurnDeps = { db: Db; clock: Clock; ids: Ids; enqueue: Enqueue }

export function webhookConsumer(deps: TurnDeps): Consumer {
  return { name: 'webhooks', takeSome: (scope, id) => turnSome(scope, id, deps) }
}

/**
 * Makes deliveries of the events after an endpoint's position that are told to it, and moves the position, in one transaction
 * that holds the endpoint: an event becomes one delivery, whoever is killed and however many processes do it.
 * @returns whether there is more to do
 */
async function turnSome(
  scope: TenantScope,
  endpointId: string,
  { db, clock, ids, enqueue }: TurnDeps,
): Promise<boolean> {
  return db.tenant(scope, async (tx) => {
    tx.unrecorded('progress')
    const endpoint = await lockEndpointRow(tx, endpointId)
    if (endpoint?.status !== 'active') return false
    // The end first: all up to it can be seen by now.
    const end = await endOfEvents(tx)
    if (end <= endpoint.position) return false
    const filter = { ...filterOf(endpoint), upTo: end }
    const page = { limit: atOnce, beyond: endpoint.position, order: 'oldest' } as const
    const rows = await listEvents(tx, scope.tenantId, filter, page)
    const numbers = rows.map(({ number }) => number)
    await queueDeliveries(tx, endpoint, numbers, clock.now(), { enqueue, ids })
    const isFull = rows.length === atOnce
    await updateEndpoint(tx, endpointId, { position: (isFull ? numbers.at(-1) : undefined) ?? end })
    return isFull
  })
}
