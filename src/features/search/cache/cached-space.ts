import type { VectorKind } from '../index/lay-out.ts'
import { createSpaceIndex, type SpaceIndex } from '../index/space-index.ts'

/** An index in memory. `seq` is the space's change that it has seen last. */
export type CachedSpace = {
  tenantId: string
  spaceId: string
  index: SpaceIndex
  seq: number
  /** While it is loaded for the first time, what it is expected to take. */
  bytes: number
  /** Requests that are bringing it up to date, or wait for that: it cannot be dropped for others. */
  users: number
  /** When it was last known to have seen everything, in milliseconds since 1970. */
  freshAt: number
  /** When it was used last, on a clock that counts uses. */
  usedAt: number
  /** Settles when whoever brings it up to date has finished or given up. */
  turn: Promise<void>
}

/** The kind of vectors that an embedder makes; undefined for one that this server does not have. */
export type KindOf = (embedder: string | null) => VectorKind | undefined

/** What an index without chunks takes with its place in the cache; it bounds how many empty ones are kept. */
export const emptyBytes = 2048

export function emptySpace(tenantId: string, spaceId: string, bytes: number): CachedSpace {
  return {
    tenantId,
    spaceId,
    index: createSpaceIndex(),
    seq: 0,
    bytes: emptyBytes + bytes,
    users: 0,
    freshAt: 0,
    usedAt: 0,
    turn: Promise.resolve(),
  }
}
