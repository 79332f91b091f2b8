import { setTimeout as pause } from 'node:timers/promises'
import type { Db } from '#platform/db/index.ts'
import { chainOf } from '#platform/events/index.ts'
import { createPlaces } from '#platform/places.ts'
import type { TenantScope } from '#platform/scope/index.ts'
import { tooManyStreams } from './errors.ts'
import { type EventFilter, type EventRow, listEvents } from './queries.ts'
import type { Sequencer } from './sequence.ts'

/** Events by other servers are looked for so often; one by this server is known at once. */
const lookEveryMs = 1000
/** A follower that is told at every event of a busy tenant is told of several at a time. */
const leastPauseMs = 50
const heartbeatMs = 15_000
const pageSize = 100
const mostStreams = 50

export type Following = {
  scope: TenantScope
  filter: EventFilter
  after: number
  /** Reads the credential anew. It ends the following when it is refused. */
  renew: () => Promise<TenantScope>
  signal: AbortSignal
}

/** A following that ends by itself: after so many events, or so long without one. */
export type Bounds = { count: number; waitMs: number }

/** An event, and the scope that it was read under. */
export type Followed = { row: EventRow; scope: TenantScope }

export type Feed = {
  /** The next events, as soon as there are any; none after so many milliseconds, or when the server stops. */
  next: (following: Following, limit: number, waitMs: number) => Promise<EventRow[]>
  /** All from now on, in their order; undefined now and then, to show that it goes on. */
  follow: (following: Following, bounds: Bounds) => AsyncGenerator<Followed | undefined>
  close: () => void
}

export function createFeed({ db, sequencer }: { db: Db; sequencer: Sequencer }): Feed {
  const waiting = new Map<string, Set<() => void>>()
  const streams = createPlaces(mostStreams)
  const stop = new AbortController()
  sequencer.onNumbered(({ id }) => waiting.get(id)?.forEach((wake) => wake()))

  /** From now on it is known whether something was numbered: what comes between a look and the wait is not missed. */
  const watch = (tenantId: string) => {
    const own = waiting.get(tenantId) ?? new Set()
    const { promise, resolve } = Promise.withResolvers<void>()
    waiting.set(tenantId, own.add(resolve))
    return {
      woken: async (ms: number, signal: AbortSignal) => {
        const over = AbortSignal.any([signal, stop.signal])
        // Aborted: it is over, and whoever waits sees that for itself.
        await Promise.race([promise, pause(ms, undefined, { signal: over }).catch(() => {})])
      },
      [Symbol.dispose]: () => {
        own.delete(resolve)
        if (own.size === 0) waiting.delete(tenantId)
      },
    }
  }
  const read = (scope: TenantScope, { filter }: Following, after: number, limit: number) =>
    db.tenant(scope, (tx) =>
      listEvents(tx, scope.tenantId, filter, { limit, beyond: after, order: 'oldest' }),
    )
  const isOver = ({ signal }: Following) => signal.aborted || stop.signal.aborted

  return {
    async next(following, limit, waitMs) {
      const until = performance.now() + waitMs
      await sequencer.settle(chainOf(following.scope))
      for (let { scope } = following; ; scope = await following.renew()) {
        using watched = watch(scope.tenantId)
        const rows = await read(scope, following, following.after, limit)
        const left = until - performance.now()
        if (rows.length > 0 || left <= 0 || isOver(following)) return rows
        await watched.woken(Math.min(left, lookEveryMs), following.signal)
      }
    },
    async *follow(following, { count, waitMs }) {
      const { tenantId } = following.scope
      using place = streams(following.scope)
      if (!place) throw tooManyStreams(undefined, { retryAfterSeconds: 30 })
      yield undefined
      let { scope, after } = following
      await sequencer.settle(chainOf(scope))
      let [toldAt, signAt, left] = [performance.now(), performance.now(), count]
      for (; !isOver(following); scope = await following.renew()) {
        using watched = watch(tenantId)
        const rows = await read(scope, following, after, Math.min(pageSize, left))
        for (const row of rows) {
          yield { row, scope }
          after = row.number
        }
        const now = performance.now()
        if (rows.length > 0) [toldAt, signAt] = [now, now]
        left -= rows.length
        if (left === 0 || now - toldAt >= waitMs) return
        if (now - signAt > heartbeatMs) {
          yield undefined
          signAt = now
        }
        if (rows.length < pageSize) {
          await pause(leastPauseMs, undefined, { ref: false })
          await watched.woken(Math.min(lookEveryMs, waitMs), following.signal)
        }
      }
    },
    close: () => stop.abort(),
  }
}
