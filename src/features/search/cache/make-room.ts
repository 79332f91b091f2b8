import type { TenantTx } from '#platform/db/index.ts'
import { type CachedSpace, emptySpace } from './cached-space.ts'
import { chooseEvictions } from './evict.ts'
import { readStoredBytes } from './queries.ts'

/** A tenant that has not asked for so long waits for nothing, and what it holds may go. */
const idleAfterMs = 10 * 60_000

/** Postings take more in memory than in a block (`docs/decisions/0010-positions.md`); so they never take more than this. */
const bytesPerStored = 1.6
const bytesPerFile = 600

/** What a space's index is going to take, rather too much than too little. */
export async function expectBytes(tx: TenantTx, spaceId: string): Promise<number> {
  const { files, blocks, vectors } = await readStoredBytes(tx, spaceId)
  return Math.ceil(blocks * bytesPerStored + vectors * 1.1 + files * bytesPerFile)
}

export type Room = {
  cached: Map<string, CachedSpace>
  maxBytes: number
  nowMs: () => number
  onEvict: () => void
}

export const keyOf = (tenantId: string, spaceId: string) => `${tenantId}/${spaceId}`

/** A place for a space that is going to take so much, others giving way; undefined when there is no room for it. */
export function admit(room: Room, tenantId: string, spaceId: string, bytes: number): CachedSpace | undefined {
  const space = emptySpace(tenantId, spaceId, bytes)
  space.freshAt = room.nowMs()
  space.usedAt = Infinity
  const evicted = chooseEvictions([...room.cached.values(), space], room.maxBytes, idleBefore(room))
  if (!evicted || evicted.includes(space)) return undefined
  drop(room, evicted)
  room.cached.set(keyOf(tenantId, spaceId), space)
  return space
}

/** Drops what is too much now that some have grown. */
export function makeRoom(room: Room): void {
  drop(room, chooseEvictions([...room.cached.values()], room.maxBytes, idleBefore(room)) ?? [])
}

const idleBefore = (room: Room) => room.nowMs() - idleAfterMs

function drop(room: Room, spaces: readonly CachedSpace[]): void {
  for (const { tenantId, spaceId } of spaces) {
    room.cached.delete(keyOf(tenantId, spaceId))
    room.onEvict()
  }
}
