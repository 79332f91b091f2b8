import { chunksOf, type Segment } from '../index/segment.ts'

/** The part of a segment that exists for one caller. */
export type ReadableSegment = {
  segment: Segment
  /** Per chunk 1 where it is live and readable; undefined when all are. */
  mask: Uint8Array | undefined
  chunks: number
  /** Sum of the lengths of those chunks, in terms. */
  length: number
  /** Does any of its documents have vectors, and does any lack them? */
  hasVectors: boolean
  lacksVectors: boolean
}

/** `readable` undefined: the caller may read every file. */
export function restrictSegment(
  segment: Segment,
  readable: ReadonlySet<string> | undefined,
): ReadableSegment {
  const { liveChunks, liveLength } = segment
  if (!readable && liveChunks === chunksOf(segment)) {
    const vectors = {
      hasVectors: hasAnyVector(segment),
      lacksVectors: segment.isEmbedded.includes(0),
    }
    return { segment, mask: undefined, chunks: liveChunks, length: liveLength, ...vectors }
  }
  const mask = new Uint8Array(chunksOf(segment))
  let chunks = 0
  let length = 0
  let [hasVectors, lacksVectors] = [false, false]
  for (const [d, { fileId }] of segment.documents.entries()) {
    if (!segment.isLive[d] || readable?.has(fileId) === false) continue
    const start = segment.documentStarts[d]!
    const end = segment.documentStarts[d + 1]!
    lacksVectors ||= segment.isEmbedded[d] === 0
    hasVectors ||= segment.isEmbedded[d] === 1 && end > start
    for (let chunk = start; chunk < end; chunk++) {
      mask[chunk] = 1
      chunks++
      length += segment.lengths[chunk]!
    }
  }
  return { segment, mask, chunks, length, hasVectors, lacksVectors }
}

/** Of a segment that is live as a whole: there may be rows left of documents that are gone. */
function hasAnyVector({ vectors, isEmbedded, documentStarts }: Segment): boolean {
  if (!vectors) return false
  return isEmbedded.some((flag, d) => flag === 1 && documentStarts[d + 1]! > documentStarts[d]!)
}
