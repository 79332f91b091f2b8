import type { Metrics } from '#http/index.ts'
import type { Clock } from '#platform/clock.ts'
import type { TenantTx } from '#platform/db/index.ts'
import { createSpaceIndex, indexBytes, type SpaceIndex } from '../index/space-index.ts'
import type { AskedSpace } from '../rank/rank.ts'
import { rememberRemovalsMs } from '../publish.ts'
import { vectorMemory } from '../vectors/vector-memory.ts'
import { catchUp, type KindOf } from './catch-up.ts'
import { chooseEvictions } from './evict.ts'

export type SearchIndexes = {
  /**
   * The indexes of spaces as of now or later, for use before the next `await`: after it they may have moved on. The
   * spaces are rows that this very transaction could see, with the sequence it saw.
   */
  ready: (tx: TenantTx, spaces: readonly { id: string; index_seq: number }[]) => Promise<AskedSpace[]>
  /** Drops the indexes of a tenant that is being erased. */
  forget: (tenantId: string) => void
}

export type SearchIndexesOptions = {
  /** Memory for all indexes together. One that is larger is loaded for each query and dropped after it. */
  maxBytes: number
  /** Of an embedder of this server; vectors of others are not loaded. */
  kindOf: KindOf
  metrics: Pick<Metrics, 'counter' | 'gauge'>
  clock: Clock
}

/** An index in memory. `seq` is the space's change that it has seen last. */
export type CachedSpace = {
  tenantId: string
  spaceId: string
  index: SpaceIndex
  seq: number
  bytes: number
  /** When it was last known to have seen everything, in milliseconds since 1970. */
  freshAt: number
  /** When it was used last, on a clock that counts uses. */
  usedAt: number
  /** Settles when whoever brings it up to date has finished or given up. */
  turn: Promise<void>
}

/** The process's space indexes, kept while memory lasts, the tenant that holds most giving way first. */
export function createSearchIndexes({
  maxBytes,
  kindOf,
  metrics,
  clock,
}: SearchIndexesOptions): SearchIndexes {
  const cached = new Map<string, CachedSpace>()
  let uses = 0
  const loads = metrics.counter('search_index_loads_total', 'Space indexes loaded from nothing.')
  const evictions = metrics.counter('search_index_evictions_total', 'Space indexes dropped for memory.')
  const total = () => [...cached.values()].reduce((sum, space) => sum + space.bytes, 0)
  metrics.gauge('search_index_bytes', 'Memory of all space indexes.', total)
  metrics.gauge('search_vector_memory_bytes', 'Memory taken for vectors, in use or free.', () =>
    vectorMemory().bytes(),
  )
  metrics.gauge('search_index_spaces', 'Space indexes in memory.', () => cached.size)

  const open = (tenantId: string, spaceId: string): CachedSpace => {
    const key = `${tenantId}/${spaceId}`
    const known = cached.get(key)
    if (known) return known
    const space = emptySpace(tenantId, spaceId)
    cached.set(key, space)
    loads.inc()
    return space
  }

  return {
    async ready(tx, spaces) {
      const opened: CachedSpace[] = []
      for (const { id, index_seq } of spaces) {
        const space = open(tx.scope.tenantId, id)
        space.usedAt = ++uses
        opened.push(space)
        await bringUpTo(tx, space, index_seq, clock.now().getTime(), kindOf)
        space.bytes = emptyBytes + indexBytes(space.index)
      }
      for (const space of chooseEvictions([...cached.values()], maxBytes)) {
        cached.delete(`${space.tenantId}/${space.spaceId}`)
        evictions.inc()
      }
      return opened.map(({ spaceId, index }) => ({ spaceId, index }))
    },
    forget(tenantId) {
      for (const [key, space] of cached) if (space.tenantId === tenantId) cached.delete(key)
    },
  }
}

/** What an index without chunks takes with its place in the cache; it bounds how many empty ones are kept. */
const emptyBytes = 2048

function emptySpace(tenantId: string, spaceId: string): CachedSpace {
  return {
    tenantId,
    spaceId,
    index: createSpaceIndex(),
    seq: 0,
    bytes: emptyBytes,
    freshAt: 0,
    usedAt: 0,
    turn: Promise.resolve(),
  }
}

/** Removals are remembered twice as long (`rememberRemovalsMs`); an index that slept longer may have missed one. */
const staleAfterMs = rememberRemovalsMs / 2

/** One query at a time loads what is new; the others wait and then mostly find it done. */
async function bringUpTo(
  tx: TenantTx,
  space: CachedSpace,
  seq: number,
  nowMs: number,
  kindOf: KindOf,
): Promise<void> {
  for (let turn; turn !== space.turn && space.seq < seq;) {
    turn = space.turn
    await turn
  }
  if (space.seq >= seq) {
    space.freshAt = nowMs
    return
  }
  if (nowMs - space.freshAt > staleAfterMs) forget(space)
  const work = catchUp(tx, space, kindOf)
  space.turn = work.catch(() => {}) // whoever is next tries for itself
  await work
  space.freshAt = nowMs
}

function forget(space: CachedSpace): void {
  space.index = createSpaceIndex(space.index.kind)
  space.seq = 0
}
