import type { Metrics } from '#http/index.ts'
import type { Clock } from '#platform/clock.ts'
import type { TenantTx } from '#platform/db/index.ts'
import type { TenantScope } from '#platform/scope/index.ts'
import { type Corpus, memoryCorpus } from '../rank/corpus.ts'
import { streamCorpus } from '../stream/stream-corpus.ts'
import { vectorMemory } from '../vectors/vector-memory.ts'
import { bringUpTo, warmUpTo } from './bring-up.ts'
import type { CachedSpace, KindOf } from './cached-space.ts'
import type { Read } from './catch-up.ts'
import { admit, expectBytes, keyOf, makeRoom, type Room } from './make-room.ts'

export type SearchIndexes = {
  /**
   * What some spaces have as of now or later, for use before the next `await`: after it indexes in memory may have moved on.
   * The spaces are rows that this very transaction could see, with the sequence it saw.
   */
  ready: (tx: TenantTx, spaces: readonly ReadySpace[]) => Promise<Corpus>
  /** Brings a space up in memory where that takes no room from anybody and keeps nobody waiting for long. */
  warm: (scope: TenantScope, space: ReadySpace, read: Read) => Promise<void>
  /** Drops the indexes of a tenant that is being erased. */
  forget: (tenantId: string) => void
}

type ReadySpace = { id: string; index_seq: number }

export type SearchIndexesOptions = {
  /** Memory for all indexes together. A space that finds no room in it is read block by block for each query. */
  maxBytes: number
  /** Of an embedder of this server; vectors of others are not loaded. */
  kindOf: KindOf
  metrics: Pick<Metrics, 'counter' | 'gauge'>
  clock: Clock
}

/** Some 50,000 chunks: putting more together keeps this process from everything else for most of a second. */
const maxWarmBytes = 64 * 2 ** 20

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
  const streams = metrics.counter(
    'search_streams_total',
    'Times a space was read block by block for a search.',
  )
  const total = () => [...cached.values()].reduce((sum, space) => sum + space.bytes, 0)
  metrics.gauge('search_index_bytes', 'Memory of all space indexes.', total)
  metrics.gauge('search_vector_memory_bytes', 'Memory taken for vectors, in use or free.', () =>
    vectorMemory().bytes(),
  )
  metrics.gauge('search_index_spaces', 'Space indexes in memory.', () => cached.size)
  const nowMs = () => clock.now().getTime()
  const room: Room = { cached, maxBytes, nowMs, onEvict: () => evictions.inc() }

  /** Undefined when there is no room. */
  const open = async (
    tx: TenantTx,
    { id: spaceId, index_seq }: ReadySpace,
  ): Promise<CachedSpace | undefined> => {
    const { tenantId } = tx.scope
    const known = () => cached.get(keyOf(tenantId, spaceId))
    if (known()) return known()
    const bytes = index_seq === 0 ? 0 : await tx.inWholeSpaces((whole) => expectBytes(whole, spaceId))
    // Somebody else may have come first meanwhile.
    if (known()) return known()
    return add(tenantId, spaceId, bytes)
  }
  const add = (tenantId: string, spaceId: string, bytes: number): CachedSpace | undefined => {
    const space = admit(room, tenantId, spaceId, bytes)
    if (space) loads.inc()
    return space
  }

  return {
    async ready(tx, spaces) {
      const opened: CachedSpace[] = []
      const streamed: string[] = []
      try {
        for (const asked of spaces) {
          const space = await open(tx, asked)
          if (!space) {
            streamed.push(asked.id)
            continue
          }
          space.usedAt = ++uses
          space.users++
          opened.push(space)
          await bringUpTo(tx, space, asked.index_seq, nowMs(), kindOf)
        }
      } finally {
        for (const space of opened) space.users--
      }
      makeRoom(room)
      const inMemory = opened.map(({ spaceId, index }) => ({ spaceId, index }))
      if (streamed.length === 0) return memoryCorpus(inMemory)
      streams.inc(streamed.length)
      return streamCorpus(tx, inMemory, { spaceIds: streamed, kindOf, maxBytes })
    },
    async warm({ tenantId }, { id: spaceId, index_seq }, read) {
      const known = () => cached.get(keyOf(tenantId, spaceId))
      const bytes =
        known() || index_seq === 0
          ? 0
          : await read((tx) => tx.inWholeSpaces((whole) => expectBytes(whole, spaceId)))
      const isSmall = bytes <= maxWarmBytes && total() + bytes <= maxBytes
      const space = known() ?? (isSmall ? add(tenantId, spaceId, bytes) : undefined)
      if (space) await warmUpTo(read, space, index_seq, nowMs(), kindOf)
      makeRoom(room)
    },
    forget(tenantId) {
      for (const [key, space] of cached) if (space.tenantId === tenantId) cached.delete(key)
    },
  }
}
