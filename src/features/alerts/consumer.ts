import { type Consumer, countMatching, endOfEvents, lastEnded, listMoments } from '#features/events/index.ts'
import type { Db, TenantTx } from '#platform/db/index.ts'
import type { TenantScope } from '#platform/scope/index.ts'
import { type Count, countEvents, type Raising } from './count-events.ts'
import { type AlertRow, filterOf, lockAlertRow, updateAlertRow } from './queries.ts'
import { tell } from './tell.ts'

/** Events that are counted in one short transaction. */
const atOnce = 500

type Deps = { db: Db }

export function alertConsumer(deps: Deps): Consumer {
  return { name: 'alerts', takeSome: (scope, id) => countSome(scope, id, deps) }
}

/**
 * Counts the events after an alert's position, records that it was raised, and moves the position, in one transaction that
 * holds the alert: it is raised once for what happened, whoever is killed and however many processes do it.
 * @returns whether there is more to do
 */
async function countSome(scope: TenantScope, id: string, { db }: Deps): Promise<boolean> {
  return db.tenant(scope, async (tx) => {
    const alert = await lockAlertRow(tx, id)
    // After the lock: all up to it can be seen by now.
    const end = await endOfEvents(tx)
    if (alert?.status !== 'active' || end <= alert.position) {
      tx.unrecorded('unchanged')
      return false
    }
    const filter = { ...filterOf(alert), upTo: end }
    const before = await withoutEnded(tx, alert)
    const news = await listMoments(tx, filter, before.position, atOnce)
    const counted = news.length === 0 ? [] : await listMoments(tx, filter, before.countedAfter, atOnce)
    const { after, raisings, isDone } = countEvents(ruleOf(alert), before, news, counted)
    const isMore = !isDone || news.length === atOnce
    await updateAlertRow(tx, id, {
      position: isMore ? after.position : end,
      counted_after: after.countedAfter,
      count: after.count,
      is_raised: after.isRaised,
      raised_at: after.raisedAt,
    })
    if (raisings.length === 0) tx.unrecorded('progress')
    for (const raising of raisings) await tell(tx, 'alert.raised', alert, toldOf(alert, raising))
    return isMore
  })
}

const ruleOf = ({ threshold, window_seconds: seconds }: AlertRow) => ({ threshold, windowMs: seconds * 1000 })

function countOf({ position, counted_after, count, is_raised, raised_at }: AlertRow): Count {
  return { position, countedAfter: counted_after, count, isRaised: is_raised, raisedAt: raised_at }
}

/** How far it is; entries of the trail that have ended do not count any more, and nobody sees them leave the window. */
async function withoutEnded(tx: TenantTx, alert: AlertRow): Promise<Count> {
  const count = countOf(alert)
  const ended = await lastEnded(tx)
  if (ended <= count.countedAfter) return count
  const position = Math.max(count.position, ended)
  const left = await countMatching(tx, { ...filterOf(alert), after: ended, upTo: position })
  return { ...count, position, countedAfter: ended, count: left }
}

function toldOf({ threshold, window_seconds, types }: AlertRow, { count, first, last }: Raising) {
  return { count, threshold, window_seconds, types, first_event: first, last_event: last }
}
