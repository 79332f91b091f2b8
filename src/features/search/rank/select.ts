import type { Order, Place, Ranked } from './hit.ts'

/** Larger first. */
const weights: Record<Order, (score: number, createdAt: number) => number> = {
  relevance: (score) => score,
  newest: (_, createdAt) => createdAt,
  oldest: (_, createdAt) => -createdAt,
}

/** A hit that scores less is not among the first. */
export type Bar = { least: number }

/** Nothing is too little. */
export const noBar: Bar = { least: -Infinity }

/** Keeps the first `limit` of the hits it is given; nothing depends on the order in which they come. */
export function createSelection<Hit extends Ranked>(limit: number, order: Order) {
  const weigh = weights[order]
  const best: Hit[] = []
  let least = -Infinity
  const bar: Bar = { least }
  return {
    bar,
    /** Is a hit like this possibly among the first? Spares making one for most chunks. */
    admits(score: number, createdAt: number): boolean {
      return weigh(score, createdAt) >= least
    },
    offer(hit: Hit): void {
      let at = best.length
      while (at > 0 && compareHits(order, hit, best[at - 1]!) < 0) at--
      best.splice(at, 0, hit)
      if (best.length > limit) best.pop()
      const last = best[limit - 1]
      if (!last) return
      least = weigh(last.score, last.createdAt)
      if (order === 'relevance') bar.least = least
    },
    best,
  }
}

/** Equal ones by file and place in it, so that an order never depends on the index. */
export function compareHits(order: Order, a: Ranked, b: Ranked): number {
  const weigh = weights[order]
  const difference = weigh(b.score, b.createdAt) - weigh(a.score, a.createdAt)
  if (difference !== 0) return difference
  if (a.fileId !== b.fileId) return a.fileId < b.fileId ? -1 : 1
  return a.ordinal - b.ordinal
}

/** The better first. */
export function comparePlaces(a: Place, b: Place): number {
  return b.score - a.score || a.ordinal - b.ordinal
}
