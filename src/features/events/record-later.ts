import { anonymousScope, collectByWalls, inOwnTransaction } from '#features/access/index.ts'
import type { Clock } from '#platform/clock.ts'
import type { Db } from '#platform/db/index.ts'
import { chainOf, type Chain, type NewEvent } from '#platform/events/index.ts'
import type { Log } from '#platform/log.ts'
import type { Scope, Sender } from '#platform/scope/index.ts'

/** For events without an effect of their own: what was read, what was refused. */
export type LaterRecorder = {
  /** Takes no time: it is written with others, soon. */
  later: (scope: Scope, event: NewEvent) => void
  /** A refusal of somebody who is nobody yet; those of one address are told in one. */
  anonymously: (from: Sender, refusal: { code: string; route: string }) => void
  /** Writes what was recorded of a chain, if anything waits here. */
  written: (chain: Chain) => Promise<void>
  close: () => Promise<void>
}

/** A kill costs what was recorded in the last so many milliseconds. */
const writeEveryMs = 1000
const anonymousEveryMs = 10_000
/** What comes while so much waits is dropped: no request fails or waits for its record. */
const mostPending = 10_000
/** Addresses that are told apart in one round; the others are told together. */
const mostAddresses = 100

type Deps = { db: Db; clock: Clock; log: Log }
type Refusals = { from: Sender; code: string; route: string; count: number }

export function createLaterRecorder({ db, clock, log }: Deps): LaterRecorder {
  const anonymous = new Map<string, Refusals>()
  let anonymousTimer: NodeJS.Timeout | undefined

  const writeAll = (scope: Scope, events: readonly NewEvent[]) =>
    inOwnTransaction(scope, db, (tx) => tx.record(...events))
  // Nothing of the error: it may say what something is called.
  const lost = (error: unknown) =>
    log.warn(
      { error: error instanceof Error ? error.name : 'unknown' },
      'an event of a reading or a refusal is lost',
    )
  const collected = collectByWalls<Scope, NewEvent>({
    everyMs: writeEveryMs,
    most: mostPending,
    write: (scope, events) =>
      writeAll(scope, events).catch(async () => {
        // One of them may be what cannot be written: the others have nothing to do with it.
        for (const event of events) await writeAll(scope, [event]).catch(lost)
      }),
  })
  const later: LaterRecorder['later'] = (scope, event) =>
    collected.add(scope, { ...event, happened: { scope, at: clock.now() } })
  const tellAnonymous = () => {
    clearTimeout(anonymousTimer)
    anonymousTimer = undefined
    for (const { from, code, route, count: times } of anonymous.values())
      later(anonymousScope(from), {
        type: 'request.refused',
        subject: { type: 'route', id: route },
        outcome: 'refused',
        data: { status: 401, code, times },
      })
    anonymous.clear()
  }
  return {
    later,
    anonymously(from, { code, route }) {
      const isKnown = anonymous.has(`${code} ${from.address}`)
      const told =
        isKnown || anonymous.size < mostAddresses ? from : { address: 'others', userAgent: undefined }
      const key = `${code} ${told.address}`
      const own = anonymous.get(key) ?? { from: told, code, route, count: 0 }
      anonymous.set(key, { ...own, count: own.count + 1 })
      anonymousTimer ??= setTimeout(tellAnonymous, anonymousEveryMs).unref()
    },
    written: (chain) => collected.written((_, scope) => chainOf(scope).id === chain.id),
    close: () => {
      tellAnonymous()
      return collected.close()
    },
  }
}
