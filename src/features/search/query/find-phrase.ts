import { readPositions, skipPositions } from '../block/positions.ts'
import { chunksOf, type Segment } from '../index/segment.ts'
import type { TermHash } from '../terms/hash.ts'
import { findTerm } from '../terms/table.ts'

/**
 * Per chunk of the segment how often it has these terms in a row, 255 at most. Documents whose positions are unknown are
 * taken to have them in a row once when they have them all.
 */
export function findPhrase(segment: Segment, hashes: readonly TermHash[]): Uint8Array {
  const found = new Uint8Array(chunksOf(segment))
  const terms = hashes.map(({ high, low }) => findTerm(segment.terms, high, low))
  const [only] = terms
  if (only === undefined || terms.includes(-1)) return found
  if (terms.length === 1) {
    const end = segment.postingStarts[only + 1]!
    for (let p = segment.postingStarts[only]!; p < end; p++)
      found[segment.postingChunks[p]!] = segment.postingCounts[p]!
    return found
  }
  for (const chunk of findPlaces(segment, terms).chunks) if (found[chunk]! < 255) found[chunk]!++
  if (segment.isPositioned.includes(0)) assumePhrase(segment, terms, found)
  return found
}

/** Places where a phrase may begin: chunks ascending, in each its positions ascending. */
type Places = { chunks: number[]; starts: number[] }

/** The rarest term says where the phrase can be, each further one takes places away. */
function findPlaces(segment: Segment, terms: readonly number[]): Places {
  const { positionStarts } = segment
  const bytesOf = (term: number) => positionStarts[term + 1]! - positionStarts[term]!
  const [first, ...rest] = terms
    .map((term, offset) => ({ term, offset }))
    .sort((a, b) => bytesOf(a.term) - bytesOf(b.term))
  let places = startPlaces(segment, first!.term, first!.offset)
  for (const { term, offset } of rest) places = keepPlaces(segment, places, term, offset)
  return places
}

/** Every place from which the term is `offset` words away. */
function startPlaces(segment: Segment, term: number, offset: number): Places {
  const { postingStarts, postingChunks, postingCounts, positions } = segment
  const places: Places = { chunks: [], starts: [] }
  const here: number[] = []
  const end = postingStarts[term + 1]!
  let at = segment.positionStarts[term]!
  for (let p = postingStarts[term]!; p < end; p++) {
    at = readPositions(positions, at, postingCounts[p]!, here)
    for (let i = 0; i < here.length; i++) {
      const start = here[i]! - offset
      // Two tokens of a term at one position are one place.
      if (start >= 0 && here[i] !== here[i - 1]) addPlace(places, postingChunks[p]!, start)
    }
  }
  return places
}

/** The places that have the term `offset` words later. */
function keepPlaces(segment: Segment, { chunks, starts }: Places, term: number, offset: number): Places {
  const { postingStarts, postingChunks, postingCounts, positions } = segment
  const kept: Places = { chunks: [], starts: [] }
  const here: number[] = []
  const end = postingStarts[term + 1]!
  let at = segment.positionStarts[term]!
  let next = 0
  for (let p = postingStarts[term]!; p < end && next < chunks.length; p++) {
    const chunk = postingChunks[p]!
    const count = postingCounts[p]!
    while (chunks[next]! < chunk) next++
    if (chunks[next] !== chunk) {
      at = skipPositions(positions, at, count)
      continue
    }
    at = readPositions(positions, at, count, here)
    for (let i = 0; chunks[next] === chunk; next++) {
      while (here[i]! < starts[next]! + offset) i++
      if (here[i] === starts[next]! + offset) addPlace(kept, chunk, starts[next]!)
    }
  }
  return kept
}

function addPlace({ chunks, starts }: Places, chunk: number, start: number): void {
  chunks.push(chunk)
  starts.push(start)
}

function assumePhrase(segment: Segment, terms: readonly number[], found: Uint8Array): void {
  const distinct = new Set(terms)
  const having = new Uint16Array(found.length)
  for (const term of distinct) {
    const end = segment.postingStarts[term + 1]!
    for (let p = segment.postingStarts[term]!; p < end; p++) having[segment.postingChunks[p]!]!++
  }
  for (const [d, isPositioned] of segment.isPositioned.entries()) {
    if (isPositioned) continue
    const end = segment.documentStarts[d + 1]!
    for (let chunk = segment.documentStarts[d]!; chunk < end; chunk++)
      found[chunk] = having[chunk] === distinct.size ? 1 : 0
  }
}
