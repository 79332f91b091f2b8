import { createSpaceIndex, indexBytes } from '../index/space-index.ts'
import { rememberRemovalsMs } from '../publish.ts'
import { type CachedSpace, emptyBytes, type KindOf } from './cached-space.ts'
import { catchUp, type Read } from './catch-up.ts'

/** Removals are remembered twice as long (`rememberRemovalsMs`); an index that slept longer may have missed one. */
const staleAfterMs = rememberRemovalsMs / 2

/** One at a time loads what is new; the others wait and then mostly find it done. */
export async function bringUpTo(
  read: Read,
  space: CachedSpace,
  seq: number,
  nowMs: number,
  kindOf: KindOf,
): Promise<void> {
  space.users++
  try {
    for (let turn; turn !== space.turn && space.seq < seq;) {
      turn = space.turn
      await turn
    }
    if (space.seq < seq) {
      if (nowMs - space.freshAt > staleAfterMs) forget(space)
      // Whole, whoever asks: it is there for the next caller too, who may see another part of it.
      const work = catchUp((ask) => read((tx) => tx.inWholeSpaces(ask)), space, kindOf)
      space.turn = work.catch(() => {}) // whoever is next tries for itself
      await work
    }
    space.freshAt = Math.max(space.freshAt, nowMs)
  } finally {
    space.users--
    space.bytes = emptyBytes + indexBytes(space.index)
  }
}

function forget(space: CachedSpace): void {
  space.index = createSpaceIndex(space.index.kind)
  space.seq = 0
}
