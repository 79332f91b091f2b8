import type { Outside } from '#adapters/outside/port.ts'
import { listEvents, presentEvent } from '#features/events/index.ts'
import type { JobRun, Queue } from '#jobs/index.ts'
import type { Clock } from '#platform/clock.ts'
import type { Db, TenantTx } from '#platform/db/index.ts'
import { formatId } from '#platform/ids.ts'
import type { TenantScope } from '#platform/scope/index.ts'
import { disableLocked } from './change-webhook.ts'
import {
  type DeliveryRow,
  type EndpointRow,
  findDelivery,
  getEndpointRow,
  hasDeliveredSince,
  lockDelivery,
  lockEndpointRow,
  updateDelivery,
  updateEndpoint,
} from './queries.ts'
import { queueOf } from './queue-deliveries.ts'
import { delayBefore } from './schedule.ts'
import { answerOfDelivery, openSecrets, openUrl } from './sealed.ts'
import { type Outcome, send } from './send.ts'

export type DeliverDeps = {
  db: Db
  clock: Clock
  outside: Outside
  /** Milliseconds that each attempt waits. */
  retryDelays: readonly number[]
}

/** What an attempt of a job that was not made any more ends with, beside what came of calls. */
type Ended = Omit<Outcome, 'failure'> & { failure: Outcome['failure'] | 'disabled' | 'event_gone' }
const withoutCall = { status: null, answer: null }

/** The run of a job, and where it waited. */
type AttemptRun = JobRun & { queue: Queue }

/**
 * Makes one attempt. It may be cut off after the message was taken and made again: a receiver knows it by its id. An attempt that
 * was made already, or of a delivery that is over, does nothing.
 */
export async function deliver(
  scope: TenantScope,
  { delivery: id, attempt }: { delivery: string; attempt: string },
  run: AttemptRun,
  deps: DeliverDeps,
): Promise<void> {
  const { db, clock, outside } = deps
  const number = Number(attempt)
  const wanted = await db.tenant(scope, async (tx) => {
    const delivery = await findDelivery(tx, id)
    if (!delivery || !isDue(delivery, number)) return undefined
    const endpoint = await getEndpointRow(tx, delivery.endpoint_id)
    if (queueOf(endpoint) === run.queue) return readMessage(tx, endpoint, delivery, clock.now())
    // It fails since this was queued, or does not any more.
    tx.unrecorded('progress')
    await run.enqueue(tx, queueOf(endpoint), [{ delivery: id, attempt }], { spaceId: delivery.space_id })
    return undefined
  })
  if (!wanted) return
  const outcome = 'failure' in wanted ? wanted : await send(wanted, run.signal, outside)
  await db.tenant(scope, (tx) => settle(tx, { id, attempt: number }, outcome, run, deps))
}

function isDue({ state, attempts }: DeliveryRow, attempt: number): boolean {
  return state === 'pending' && attempts === attempt - 1
}

/** The event as the feed has it, read under the rights of the endpoint: those of its space, where it has one. */
async function readMessage(tx: TenantTx, endpoint: EndpointRow, delivery: DeliveryRow, now: Date) {
  if (endpoint.status === 'disabled') return { ...withoutCall, failure: 'disabled' } as const
  const { tenantId } = tx.scope
  const page = { limit: 1, beyond: undefined, order: 'oldest' } as const
  const [event] = await listEvents(tx, tenantId, { numbers: [delivery.event_number] }, page)
  if (!event) return { ...withoutCall, failure: 'event_gone' } as const
  const keys = await tx.keys()
  return {
    url: openUrl(keys, endpoint),
    secrets: openSecrets(keys, endpoint, now),
    message: {
      id: formatId('msg', delivery.id),
      at: now,
      body: JSON.stringify(presentEvent(tx.scope, event)),
    },
  }
}

type Attempt = { id: string; attempt: number }

/** Writes down what came of an attempt, and has the next one made, or none any more. */
async function settle(
  tx: TenantTx,
  { id, attempt }: Attempt,
  outcome: Ended,
  run: JobRun,
  { clock, retryDelays }: DeliverDeps,
): Promise<void> {
  tx.unrecorded('progress')
  const known = await findDelivery(tx, id)
  // Whoever deletes an endpoint holds it before its deliveries; so does this.
  const endpoint = known && (await lockEndpointRow(tx, known.endpoint_id))
  const delivery = endpoint && (await lockDelivery(tx, id))
  if (!endpoint || !delivery || !isDue(delivery, attempt)) return
  const now = clock.now()
  const isCalled = outcome.failure !== 'disabled' && outcome.failure !== 'event_gone'
  const made = { attempts: isCalled ? attempt : attempt - 1, ...(await written(tx, id, outcome)) }
  const failures = outcome.failure === null ? 0 : endpoint.failures + (isCalled ? 1 : 0)
  if (failures !== endpoint.failures) await updateEndpoint(tx, endpoint.id, { failures })
  if (outcome.failure === null) {
    await updateDelivery(tx, id, { ...made, state: 'delivered', next_attempt_at: null, delivered_at: now })
    return
  }
  const mayBeTaken = isCalled && outcome.failure !== 'gone'
  const delayMs = mayBeTaken ? delayBefore(attempt + 1, retryDelays) : undefined
  if (delayMs === undefined) {
    await updateDelivery(tx, id, { ...made, state: 'failed', next_attempt_at: null })
    if (isCalled) await disableDead(tx, endpoint, delivery, outcome, now)
    return
  }
  await updateDelivery(tx, id, { ...made, next_attempt_at: new Date(now.getTime() + delayMs) })
  const next = { delivery: id, attempt: String(attempt + 1) }
  await run.enqueue(tx, queueOf({ failures }), [next], { spaceId: delivery.space_id, delayMs })
}

async function written(tx: TenantTx, id: string, { status, failure, answer }: Ended) {
  const sealed = answer === null ? null : (await tx.sealing()).sealer.sealText(answerOfDelivery(id), answer)
  return { last_status: status, failure, answer: sealed }
}

/** An endpoint that is gone, or that took nothing for as long as a delivery was tried, is told nothing any more. */
async function disableDead(
  tx: TenantTx,
  endpoint: EndpointRow,
  { created_at: since }: DeliveryRow,
  { failure }: Ended,
  now: Date,
): Promise<void> {
  if (endpoint.status === 'disabled') return
  if (failure !== 'gone' && (await hasDeliveredSince(tx, endpoint.id, since))) return
  await disableLocked(tx, endpoint, failure === 'gone' ? 'gone' : 'failing', now)
}
