import { gone, layOut, type Source, type VectorKind } from './lay-out.ts'
import { mergePostings } from './merge-postings.ts'
import { mergeVectors } from './merge-vectors.ts'
import type { Segment } from './segment.ts'
import { type VectorMemory, vectorMemory } from '../vectors/vector-memory.ts'

/**
 * Builds one segment of all live chunks of its sources, in the order given; of vectors it takes one kind.
 * @param createRows where they lie
 */
export function buildSegment(
  sources: readonly Source[],
  kind: VectorKind | undefined,
  createRows: VectorMemory['createRows'] = vectorMemory().createRows,
): Segment {
  const parts = layOut(sources, kind)
  const documents = parts.flatMap((part) => part.documents)
  const chunks = parts.at(-1)?.end ?? 0
  const ordinals = new Uint32Array(chunks)
  const lengths = new Uint32Array(chunks)
  let liveLength = 0
  for (const { source, target } of parts) {
    for (const [i, chunk] of target.entries()) {
      if (chunk === gone) continue
      ordinals[chunk] = source.ordinals[i]!
      lengths[chunk] = source.lengths[i]!
      liveLength += source.lengths[i]!
    }
  }
  return {
    documents: documents.map(({ fileId, versionId, createdAt, words, families }) => ({
      fileId,
      versionId,
      createdAt,
      words,
      families,
    })),
    documentStarts: Uint32Array.from([...documents.map((document) => document.start), chunks]),
    isLive: new Uint8Array(documents.length).fill(1),
    isEmbedded: Uint8Array.from(documents, ({ isEmbedded }) => (isEmbedded ? 1 : 0)),
    isPositioned: Uint8Array.from(documents, ({ isPositioned }) => (isPositioned ? 1 : 0)),
    ordinals,
    lengths,
    families: new Set(documents.flatMap(({ families }) => families)),
    ...mergePostings(parts),
    vectors: kind && mergeVectors(parts, chunks, kind, createRows),
    liveChunks: chunks,
    liveLength,
  }
}
