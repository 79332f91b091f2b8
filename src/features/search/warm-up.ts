import { setTimeout as pause } from 'node:timers/promises'
import { outlive } from '#features/access/index.ts'
import { readableSpaces } from '#features/tenancy/index.ts'
import type { Metrics } from '#http/index.ts'
import type { Db, TenantTx } from '#platform/db/index.ts'
import type { Log } from '#platform/log.ts'
import type { Scope, TenantScope } from '#platform/scope/index.ts'
import type { SearchIndexes } from './cache/search-indexes.ts'

export type WarmUp = {
  /** For whoever was just let in: brings up the spaces they may search, the first time that this process meets them. */
  caller: (scope: Scope) => void
  /** For a space that was just written. */
  space: (scope: TenantScope, spaceId: string) => void
  close: () => Promise<void>
}

export type WarmUpDeps = {
  db: Db
  indexes: SearchIndexes
  metrics: Pick<Metrics, 'counter'>
  log: Log
}

/** Whose spaces, or which one of them. */
type Wish = { scope: TenantScope; spaceId: string | undefined }

const maxWaiting = 1000
const maxMet = 10_000
const maxSpaces = 50
/** Between two of them everybody else has the database and the processor; a space that is written often is brought up once. */
const pauseMs = 200

/**
 * Brings indexes up before anybody asks for them, one after the other in the background: no request waits for it, it takes
 * nobody's room, and what it cannot do is done by the first search.
 */
export function createWarmUp({ db, indexes, metrics, log }: WarmUpDeps): WarmUp {
  const waiting = new Map<string, Wish>()
  const met = new Set<string>()
  const stop = new AbortController()
  const warmed = metrics.counter('search_warm_ups_total', 'Spaces brought up before anybody searched them.')
  let working: Promise<void> | undefined

  const work = async () => {
    while (!stop.signal.aborted) {
      await pause(pauseMs, undefined, { signal: stop.signal, ref: false }).catch(() => {})
      const [first] = waiting
      if (!first || stop.signal.aborted) break
      waiting.delete(first[0])
      await grant(first[1]).catch((error: unknown) => {
        // The server is stopping, the space was deleted, a block is unreadable: the next search tells whom it concerns.
        log.debug({ err: error }, 'an index was not brought up')
      })
    }
    working = undefined
  }
  const grant = async ({ scope, spaceId }: Wish) => {
    const spaces = await db.tenant(scope, (tx) => findWarmable(tx, spaceId))
    for (const space of spaces) {
      if (stop.signal.aborted) return
      await indexes.warm(scope, space, (statements) => db.tenant(scope, statements))
      warmed.inc()
    }
  }
  const wish = (scope: TenantScope, spaceId: string | undefined) => {
    if (stop.signal.aborted || waiting.size >= maxWaiting) return
    const wished = { scope: outlive(scope, stop.signal), spaceId }
    waiting.set(`${scope.tenantId} ${spaceId ?? scope.subject.id}`, wished)
    working ??= work()
  }
  return {
    caller(scope) {
      if (scope.level !== 'tenant' || !scope.permissions.has('search:query')) return
      const key = `${scope.tenantId} ${scope.subject.id}`
      if (met.has(key)) return
      if (met.size >= maxMet) met.clear()
      met.add(key)
      wish(scope, undefined)
    },
    space: wish,
    async close() {
      stop.abort()
      await working
    },
  }
}

/** Of a tenant that is active now: it may have been suspended since the wish. */
async function findWarmable(tx: TenantTx, spaceId: string | undefined) {
  const tenant = await tx.kysely.selectFrom('tenants').select('status').executeTakeFirst()
  if (tenant?.status !== 'active') return []
  const spaces = await readableSpaces(tx)
  return spaces.filter(({ id }) => spaceId === undefined || id === spaceId).slice(0, maxSpaces)
}
