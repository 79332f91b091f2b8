import { addTerm, createTermTable, trimTable } from '../terms/table.ts'
import { gone, layOut, type Part, type Postings, type Source, type VectorKind } from './lay-out.ts'
import { mergeVectors } from './merge-vectors.ts'
import type { Segment } from './segment.ts'

/** Builds one segment of all live chunks of its sources, in the order given; of vectors it takes one kind. */
export function buildSegment(sources: readonly Source[], kind: VectorKind | undefined): Segment {
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
    documents: documents.map(({ fileId, versionId, createdAt }) => ({ fileId, versionId, createdAt })),
    documentStarts: Uint32Array.from([...documents.map((document) => document.start), chunks]),
    isLive: new Uint8Array(documents.length).fill(1),
    isEmbedded: Uint8Array.from(documents, ({ isEmbedded }) => (isEmbedded ? 1 : 0)),
    ordinals,
    lengths,
    families: [...new Set(parts.flatMap((part) => part.source.families))].sort(),
    ...mergePostings(parts),
    vectors: kind && mergeVectors(parts, chunks, kind),
    liveChunks: chunks,
    liveLength,
  }
}

/** Two passes: count what every term will have, then put each posting in its place. */
function mergePostings(parts: readonly Part[]) {
  const terms = createTermTable()
  const numbers = parts.map((part) => new Uint32Array(part.source.termHighs.length))
  let counts = new Uint32Array(1024)
  for (const [i, { source, target }] of parts.entries()) {
    for (let t = 0; t < source.termHighs.length; t++) {
      const live = countLive(source, target, t)
      if (live === 0) continue
      const term = addTerm(terms, source.termHighs[t]!, source.termLows[t]!)
      if (term === counts.length) counts = grown(counts)
      counts[term]! += live
      numbers[i]![t] = term
    }
  }
  trimTable(terms)
  const postingStarts = new Uint32Array(terms.size + 1)
  for (let t = 0; t < terms.size; t++) postingStarts[t + 1] = postingStarts[t]! + counts[t]!
  return { terms, postingStarts, ...placePostings(parts, numbers, postingStarts) }
}

function countLive(source: Postings, target: Uint32Array, term: number): number {
  const end = source.postingStarts[term + 1]!
  let live = 0
  for (let p = source.postingStarts[term]!; p < end; p++)
    if (target[source.postingChunks[p]!] !== gone) live++
  return live
}

function placePostings(parts: readonly Part[], numbers: readonly Uint32Array[], postingStarts: Uint32Array) {
  const next = postingStarts.slice()
  const postingChunks = new Uint32Array(postingStarts.at(-1)!)
  const postingCounts = new Uint8Array(postingChunks.length)
  for (const [i, { source, target }] of parts.entries()) {
    for (let t = 0; t < source.termHighs.length; t++) {
      const end = source.postingStarts[t + 1]!
      for (let p = source.postingStarts[t]!; p < end; p++) {
        const chunk = target[source.postingChunks[p]!]!
        if (chunk === gone) continue
        const at = next[numbers[i]![t]!]!++
        postingChunks[at] = chunk
        postingCounts[at] = source.postingCounts[p]!
      }
    }
  }
  return { postingChunks, postingCounts }
}

function grown(counts: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(counts.length * 2)
  larger.set(counts)
  return larger
}
