import { vocabularyBytes } from '../query/vocabulary.ts'
import type { TermTable } from '../terms/table.ts'
import type { VectorRows } from '../vectors/rows.ts'

/**
 * A piece of a space index: the chunks of some file versions ("documents") in typed arrays. Everything but what is
 * live stays as it was built. Chunks of one document are neighbours; a term's postings are
 * `postingStarts[t] … postingStarts[t + 1] - 1`, chunks ascending.
 */
export type Segment = {
  documents: SegmentDocument[]
  /** The document's first chunk; one more entry closes the last. */
  documentStarts: Uint32Array
  isLive: Uint8Array
  /** Per document 1 where its chunks have vectors of the index's embedder. */
  isEmbedded: Uint8Array
  /** Per document 1 where its positions are known, which blocks of older formats do not tell. */
  isPositioned: Uint8Array
  /** Per chunk: its ordinal in the file and its length in terms. */
  ordinals: Uint32Array
  lengths: Uint32Array
  /** Families of terms of all its documents, live or not. */
  families: Set<string>
  terms: TermTable
  postingStarts: Uint32Array
  postingChunks: Uint32Array
  postingCounts: Uint8Array
  /** Of each posting, in order (`block/positions.ts`); a term's begin at `positionStarts[t]`. */
  positions: Uint8Array
  positionStarts: Uint32Array
  /** Undefined while no document is embedded. */
  vectors: SegmentVectors | undefined
  /** Live chunks and the sum of their lengths. */
  liveChunks: number
  liveLength: number
}

/** One row and scale a chunk; a scale of 0 is no vector. */
export type SegmentVectors = { rows: VectorRows; scales: Float32Array }

/** A file version, as whoever adds it knows it. */
export type AddedDocument = {
  fileId: string
  versionId: string
  /** When its file was made, in milliseconds since 1970. */
  createdAt: number
}

export type SegmentDocument = AddedDocument & {
  /** Its words as they are spelled (`block/words.ts`). */
  words: Uint8Array
  /** Families of its terms. */
  families: string[]
}

export function chunksOf(segment: Segment): number {
  return segment.ordinals.length
}

/** Takes a document's chunks out of every count. */
export function killDocument(segment: Segment, document: number): void {
  if (!segment.isLive[document]) return
  segment.isLive[document] = 0
  const end = segment.documentStarts[document + 1]!
  for (let chunk = segment.documentStarts[document]!; chunk < end; chunk++) {
    segment.liveChunks--
    segment.liveLength -= segment.lengths[chunk]!
  }
}

/** Two ids of 36 characters, their object and their place in the index's map of versions: measured about 300. */
const bytesPerDocument = 300

export function bytesOf(segment: Segment): number {
  const { terms, vectors } = segment
  const arrays = [
    segment.documentStarts,
    segment.isLive,
    segment.isEmbedded,
    segment.isPositioned,
    segment.ordinals,
    segment.lengths,
    segment.postingStarts,
    segment.postingChunks,
    segment.postingCounts,
    segment.positions,
    segment.positionStarts,
    terms.highs,
    terms.lows,
    terms.slots,
  ]
  const bytes = arrays.reduce((sum, array) => sum + array.byteLength, 0)
  const vectorBytes = vectors ? vectors.rows.bytes + vectors.scales.byteLength : 0
  const wordBytes = segment.documents.reduce((sum, { words }) => sum + words.byteLength, 0)
  return (
    bytes + vectorBytes + wordBytes + vocabularyBytes(segment) + segment.documents.length * bytesPerDocument
  )
}
