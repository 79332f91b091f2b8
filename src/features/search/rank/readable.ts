import { chunksOf, type Segment } from '../index/segment.ts'

/** The part of a segment that exists for one caller. */
export type ReadableSegment = {
  segment: Segment
  /** Per chunk 1 where it is live and readable; undefined when all are. */
  mask: Uint8Array | undefined
  chunks: number
  /** Sum of the lengths of those chunks, in terms. */
  length: number
  /** Families of terms that occur: a query is read for these, and what it is taken for must not tell of others. */
  families: ReadonlySet<string>
  /** Does any of its documents have vectors, and does any lack them? */
  hasVectors: boolean
  lacksVectors: boolean
  /** Are any of its documents from blocks of an older format? */
  isPartlyOutdated: boolean
}

/** `readable` undefined: the caller may read every file. */
export function restrictSegment(
  segment: Segment,
  readable: ReadonlySet<string> | undefined,
): ReadableSegment {
  const { liveChunks, liveLength } = segment
  if (!readable && liveChunks === chunksOf(segment)) {
    return {
      segment,
      mask: undefined,
      chunks: liveChunks,
      length: liveLength,
      families: segment.families,
      hasVectors: hasAnyVector(segment),
      lacksVectors: segment.isEmbedded.includes(0),
      isPartlyOutdated: segment.isPositioned.includes(0),
    }
  }
  const mask = new Uint8Array(chunksOf(segment))
  let chunks = 0
  let length = 0
  let [hasVectors, lacksVectors, isPartlyOutdated] = [false, false, false]
  const families = new Set<string>()
  for (const [d, { fileId, families: own }] of segment.documents.entries()) {
    if (!segment.isLive[d] || readable?.has(fileId) === false) continue
    for (const family of own) families.add(family)
    const start = segment.documentStarts[d]!
    const end = segment.documentStarts[d + 1]!
    lacksVectors ||= segment.isEmbedded[d] === 0
    hasVectors ||= segment.isEmbedded[d] === 1 && end > start
    isPartlyOutdated ||= segment.isPositioned[d] === 0
    for (let chunk = start; chunk < end; chunk++) {
      mask[chunk] = 1
      chunks++
      length += segment.lengths[chunk]!
    }
  }
  return { segment, mask, chunks, length, families, hasVectors, lacksVectors, isPartlyOutdated }
}

/** Of a segment that is live as a whole: there may be rows left of documents that are gone. */
function hasAnyVector({ vectors, isEmbedded, documentStarts }: Segment): boolean {
  if (!vectors) return false
  return isEmbedded.some((flag, d) => flag === 1 && documentStarts[d + 1]! > documentStarts[d]!)
}
