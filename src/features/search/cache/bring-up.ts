import type { TenantTx } from '#platform/db/index.ts'
import { createSpaceIndex, indexBytes } from '../index/space-index.ts'
import { rememberRemovalsMs } from '../publish.ts'
import { type CachedSpace, emptyBytes, type KindOf } from './cached-space.ts'
import { catchUp, type Read } from './catch-up.ts'

/** Removals are remembered twice as long (`rememberRemovalsMs`); an index that slept longer may have missed one. */
const staleAfterMs = rememberRemovalsMs / 2

/** One query at a time loads what is new, in its own transaction; the others wait and then mostly find it done. */
export async function bringUpTo(
  tx: TenantTx,
  space: CachedSpace,
  seq: number,
  nowMs: number,
  kindOf: KindOf,
): Promise<void> {
  await whileUsed(space, async () => {
    while (space.seq < seq) {
      for (let turn; turn !== space.turn && space.seq < seq;) {
        turn = space.turn
        await turn
      }
      if (space.seq >= seq) break
      const work = load((statements) => statements(tx), space, nowMs, kindOf)
      space.turn = work.then(noted, noted) // whoever is next tries for itself
      await work
    }
    space.freshAt = Math.max(space.freshAt, nowMs)
  })
}

const noted = () => {}

/**
 * Loads what is new in transactions of its own, beside the queries: they hold a transaction while they wait for one
 * another, and where that takes the last connection, whoever they waited for would never get one.
 */
export async function warmUpTo(
  read: Read,
  space: CachedSpace,
  seq: number,
  nowMs: number,
  kindOf: KindOf,
): Promise<void> {
  await whileUsed(space, async () => {
    if (space.seq < seq && !(await load(read, space, nowMs, kindOf))) return
    space.freshAt = Math.max(space.freshAt, nowMs)
  })
}

async function whileUsed(space: CachedSpace, work: () => Promise<void>): Promise<void> {
  space.users++
  try {
    await work()
  } finally {
    space.users--
    space.bytes = emptyBytes + indexBytes(space.index)
  }
}

/** Whole, whoever asks: it is there for the next caller too, who may see another part of it. */
function load(read: Read, space: CachedSpace, nowMs: number, kindOf: KindOf): Promise<boolean> {
  if (nowMs - space.freshAt > staleAfterMs) forget(space)
  return catchUp((statements) => read((tx) => tx.inWholeSpaces(statements)), space, kindOf)
}

function forget(space: CachedSpace): void {
  space.index = createSpaceIndex(space.index.kind)
  space.seq = 0
}
