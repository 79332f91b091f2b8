import type { MatchSource } from './fuse.ts'

/** A chunk that matches, and where it lies. */
export type Hit = {
  spaceId: string
  fileId: string
  versionId: string
  ordinal: number
  /** In points of BM25 when words alone were looked for, else from 0 to 1. */
  score: number
  source: MatchSource
}

/** Keeps the best `limit` of the hits it is given; nothing depends on their order. */
export function createSelection(limit: number) {
  const best: Hit[] = []
  return {
    /** Is a hit with this score possibly among the best? Spares making one for most chunks. */
    admits(score: number): boolean {
      return best.length < limit || score >= best[limit - 1]!.score
    },
    offer(hit: Hit): void {
      let at = best.length
      while (at > 0 && compareHits(hit, best[at - 1]!) < 0) at--
      best.splice(at, 0, hit)
      if (best.length > limit) best.pop()
    },
    best,
  }
}

/** Higher scores first; equal ones by file and place in it, so that the order never depends on the index. */
export function compareHits(a: Hit, b: Hit): number {
  if (a.score !== b.score) return b.score - a.score
  if (a.fileId !== b.fileId) return a.fileId < b.fileId ? -1 : 1
  return a.ordinal - b.ordinal
}
