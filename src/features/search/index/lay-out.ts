import type { Block } from '../block/block.ts'
import type { BlockVectors } from '../block/vectors.ts'
import { unknownPositions } from '../block/positions.ts'
import type { AddedDocument, Segment, SegmentDocument } from './segment.ts'

/** A file version with its decoded block and vectors, or a segment whose live part goes on into a new one. */
export type Source = PlacedBlock | Segment

type PlacedBlock = { document: AddedDocument; block: Block; vectors: BlockVectors | undefined }

/** The embedder whose vectors an index holds: those of another one are never compared with them. */
export type VectorKind = { id: string; width: number }

/** Vectors of a source's chunks, wherever they lie. */
export type SourceVectors = { row: (chunk: number) => Int8Array; scales: Float32Array }

export type Part = {
  source: Postings & Pick<Block, 'ordinals' | 'lengths'>
  /** Per chunk of the source: its number in the new segment, or `gone`. */
  target: Uint32Array
  documents: (SegmentDocument & { start: number; isEmbedded: boolean; isPositioned: boolean })[]
  vectors: SourceVectors | undefined
  /** First number after its chunks. */
  end: number
}

export type Postings = Pick<
  Block,
  'termHighs' | 'termLows' | 'postingStarts' | 'postingChunks' | 'postingCounts'
> & { positions: Uint8Array }

export const gone = 0xffffffff

/** Numbers the live chunks of all sources through. */
export function layOut(sources: readonly Source[], kind: VectorKind | undefined): Part[] {
  let next = 0
  return sources.map((source) => {
    const part = 'block' in source ? layOutBlock(source, next, kind) : layOutSegment(source, next)
    next = part.end
    return part
  })
}

function layOutBlock(
  { document, block, vectors: own }: PlacedBlock,
  from: number,
  kind: VectorKind | undefined,
): Part {
  const target = Uint32Array.from(block.ordinals, (_, i) => from + i)
  const vectors = kind && own && target.length > 0 ? readBlockVectors(own, kind) : undefined
  const isEmbedded = vectors !== undefined || target.length === 0
  const isPositioned = block.positions !== undefined || target.length === 0
  // Copied, or they would keep the whole block.
  const words = Uint8Array.from(block.words)
  const documents = [{ ...document, words, families: block.families, start: from, isEmbedded, isPositioned }]
  const source = { ...block, positions: block.positions ?? unknownPositions(block.postingCounts) }
  return { source, target, documents, vectors, end: from + target.length }
}

function layOutSegment(segment: Segment, from: number): Part {
  const target = new Uint32Array(segment.ordinals.length).fill(gone)
  const documents = []
  let next = from
  for (const [d, document] of segment.documents.entries()) {
    if (!segment.isLive[d]) continue
    const isPositioned = segment.isPositioned[d] === 1
    documents.push({ ...document, start: next, isEmbedded: segment.isEmbedded[d] === 1, isPositioned })
    const end = segment.documentStarts[d + 1]!
    for (let chunk = segment.documentStarts[d]!; chunk < end; chunk++) target[chunk] = next++
  }
  const { terms, vectors, ...rest } = segment
  const source = {
    ...rest,
    termHighs: terms.highs,
    termLows: terms.lows,
  }
  const copied = vectors && { row: vectors.rows.get, scales: vectors.scales }
  return { source, target, documents, vectors: copied, end: next }
}

/** A block's vectors, unless another embedder made them. */
function readBlockVectors(own: BlockVectors, { id, width }: VectorKind): SourceVectors | undefined {
  if (own.embedder !== id || own.width !== width) return undefined
  const { vectors: numbers, scales } = own
  return { row: (chunk) => numbers.subarray(chunk * width, (chunk + 1) * width), scales }
}
