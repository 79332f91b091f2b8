import { countMatching, listEvents, readFirstSince } from '#features/events/index.ts'
import type { Enqueue } from '#jobs/index.ts'
import type { TenantTx } from '#platform/db/index.ts'
import { inputInvalid } from '#platform/errors.ts'
import { chainOf } from '#platform/events/index.ts'
import type { TenantScope } from '#platform/scope/index.ts'
import type { ChangeDeps } from './create-webhook.ts'
import { webhookDisabled } from './errors.ts'
import { type EndpointRow, filterOf, lockEndpoint, updateEndpoint } from './queries.ts'
import { queueDeliveries } from './queue-deliveries.ts'
import { tell } from './tell.ts'

export type ReplayInput = { since?: string; events?: number[] }

type Deps = Pick<ChangeDeps, 'db' | 'clock' | 'ids' | 'sequencer'> & { enqueue: Enqueue }

/**
 * Has events sent again, as new messages: those of these ids, or all that were recorded since a time. Of events that the endpoint
 * is not told of none is sent.
 * @returns how many
 * @throws webhooks.not_found, webhooks.disabled, input.invalid
 */
export async function replay(
  scope: TenantScope,
  id: string,
  { since, events }: ReplayInput,
  deps: Deps,
): Promise<number> {
  if ((since === undefined) === (events === undefined)) throw oneOfBoth()
  await deps.sequencer.settle(chainOf(scope))
  return deps.db.tenant(scope, async (tx) => {
    const endpoint = await lockEndpoint(tx, id)
    if (endpoint.status === 'disabled') throw webhookDisabled()
    const count =
      events === undefined
        ? await goBack(tx, endpoint, new Date(since ?? ''))
        : await again(tx, endpoint, events, deps)
    await tell(tx, 'webhook.replayed', endpoint, { events: count, since: since ?? null })
    return count
  })
}

/** From there on events are turned into deliveries anew, however many there are. */
async function goBack(tx: TenantTx, endpoint: EndpointRow, since: Date): Promise<number> {
  const first = await readFirstSince(tx, since)
  if (first === undefined || first > endpoint.position) return 0
  const told = { ...filterOf(endpoint), after: first - 1, upTo: endpoint.position }
  const count = await countMatching(tx, told)
  await updateEndpoint(tx, endpoint.id, { position: first - 1 })
  return count
}

async function again(
  tx: TenantTx,
  endpoint: EndpointRow,
  numbers: readonly number[],
  { clock, ids, enqueue }: Deps,
): Promise<number> {
  const filter = { ...filterOf(endpoint), numbers }
  const page = { limit: numbers.length, beyond: undefined, order: 'oldest' } as const
  const rows = await listEvents(tx, tx.scope.tenantId, filter, page)
  const found = rows.map(({ number }) => number)
  await queueDeliveries(tx, endpoint, found, clock.now(), { enqueue, ids })
  return found.length
}

function oneOfBoth() {
  const message = 'has to be there, and not both: since or events'
  return inputInvalid(`One ${message}.`, { errors: [{ path: 'since', message: `or events ${message}` }] })
}
