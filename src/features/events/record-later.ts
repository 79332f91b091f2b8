import { anonymousScope, inOwnTransaction, outlive } from '#features/access/index.ts'
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

const never = new AbortController().signal

type Deps = { db: Db; clock: Clock; log: Log }
type Pending = { scope: Scope; events: NewEvent[] }
type Refusals = { from: Sender; code: string; route: string; count: number }

export function createLaterRecorder({ db, clock, log }: Deps): LaterRecorder {
  let waiting = new Map<string, Pending>()
  let count = 0
  let timer: NodeJS.Timeout | undefined
  let writing = Promise.resolve()
  const anonymous = new Map<string, Refusals>()
  let anonymousTimer: NodeJS.Timeout | undefined

  const writeAll = (scope: Scope, events: readonly NewEvent[]) =>
    inOwnTransaction(scope, db, (tx) => tx.record(...events))
  const told = (error: unknown) => log.warn({ err: error }, 'an event of a reading or a refusal is lost')
  const write = async (batch: Iterable<Pending>) => {
    for (const { scope, events } of batch) {
      await writeAll(scope, events).catch(async () => {
        // One of them may be what cannot be written: the others have nothing to do with it.
        for (const event of events) await writeAll(scope, [event]).catch(told)
      })
    }
  }
  const flush = () => {
    clearTimeout(timer)
    timer = undefined
    const batch = waiting
    waiting = new Map()
    count = 0
    writing = writing.then(() => write(batch.values()))
    return writing
  }
  const later: LaterRecorder['later'] = (scope, event) => {
    if (count >= mostPending) return
    const key = keyOf(scope)
    const own = waiting.get(key) ?? { scope: outlive(scope, never), events: [] }
    own.events.push({ ...event, happened: { scope, at: clock.now() } })
    waiting.set(key, own)
    count++
    timer ??= setTimeout(() => void flush(), writeEveryMs).unref()
  }
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
    async written(chain) {
      const isWaiting = [...waiting.values()].some(({ scope }) => chainOf(scope).id === chain.id)
      await (isWaiting ? flush() : writing)
    },
    close: () => {
      tellAnonymous()
      return flush()
    },
  }
}

/** Those of one chain that may be written by one of them. */
function keyOf(scope: Scope): string {
  const { id } = chainOf(scope)
  return scope.level === 'tenant' ? `${id} ${String(scope.spaces)}` : id
}
