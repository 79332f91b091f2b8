/** A term as the index knows it: 64 bits as two unsigned 32-bit lanes. */
export type TermHash = { high: number; low: number }

/**
 * Hashes one term of one language family. Two lanes of MurmurHash3's 32-bit body (Appleby, public domain) with
 * different constants over the UTF-16 units, mixed into one another at the end. Without a seed and in 32-bit
 * integers only, so that every machine agrees; 10 million terms meet by chance once in 370,000 corpora.
 */
export function hashTerm(family: string, term: string): TermHash {
  let high = 0x9747b28c
  let low = 0x3c6ef372
  const key = `${family}\0${term}`
  for (let i = 0; i < key.length; i++) {
    const unit = key.charCodeAt(i)
    high = step(high, unit, 0xcc9e2d51, 0x1b873593)
    low = step(low, unit, 0x239b961b, 0xab0e9789)
  }
  high = finish(high ^ key.length)
  low = finish(low ^ Math.imul(key.length, 0x9e3779b1))
  high = finish((high + low) | 0)
  low = finish((low + Math.imul(high, 0x85ebca77)) | 0)
  return { high: high >>> 0, low: low >>> 0 }
}

function step(lane: number, unit: number, c1: number, c2: number): number {
  let k = Math.imul(unit + 1, c1)
  k = Math.imul((k << 15) | (k >>> 17), c2)
  const mixed = lane ^ k
  return (Math.imul((mixed << 13) | (mixed >>> 19), 5) + 0xe6546b64) | 0
}

/** MurmurHash3's avalanche: every input bit moves every output bit. */
function finish(lane: number): number {
  let h = lane
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return h ^ (h >>> 16)
}
