import { chunksOf, type Segment } from '../index/segment.ts'

/** The part of a segment that exists for one caller. */
export type ReadableSegment = {
  segment: Segment
  /** Per chunk 1 where it is live and readable; undefined when all are. */
  mask: Uint8Array | undefined
  chunks: number
  /** Sum of the lengths of those chunks, in terms. */
  length: number
  /** Does any of its documents lack vectors? */
  isPartlyEmbedded: boolean
}

/** `readable` undefined: the caller may read every file. */
export function restrictSegment(
  segment: Segment,
  readable: ReadonlySet<string> | undefined,
): ReadableSegment {
  const { liveChunks, liveLength } = segment
  if (!readable && liveChunks === chunksOf(segment)) {
    const isPartlyEmbedded = segment.isEmbedded.includes(0)
    return { segment, mask: undefined, chunks: liveChunks, length: liveLength, isPartlyEmbedded }
  }
  const mask = new Uint8Array(chunksOf(segment))
  let chunks = 0
  let length = 0
  let isPartlyEmbedded = false
  for (const [d, { fileId }] of segment.documents.entries()) {
    if (!segment.isLive[d] || readable?.has(fileId) === false) continue
    isPartlyEmbedded ||= segment.isEmbedded[d] === 0
    const end = segment.documentStarts[d + 1]!
    for (let chunk = segment.documentStarts[d]!; chunk < end; chunk++) {
      mask[chunk] = 1
      chunks++
      length += segment.lengths[chunk]!
    }
  }
  return { segment, mask, chunks, length, isPartlyEmbedded }
}
