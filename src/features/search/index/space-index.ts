import type { Block } from '../block/block.ts'
import type { BlockVectors } from '../block/vectors.ts'
import { buildSegment } from './build-segment.ts'
import type { VectorKind } from './lay-out.ts'
import { bytesOf, chunksOf, killDocument, type Segment, type AddedDocument } from './segment.ts'

/** What is searchable in one space, without any text: a few segments, newest last. */
export type SpaceIndex = {
  /** The embedder of its vectors; undefined for words alone. */
  kind: VectorKind | undefined
  segments: Segment[]
  places: Map<string, { segment: Segment; document: number }>
}

export type AddedVersion = AddedDocument & { block: Block; vectors?: BlockVectors | undefined }

export function createSpaceIndex(kind?: VectorKind): SpaceIndex {
  return { kind, segments: [], places: new Map() }
}

/** Makes file versions searchable; one that is there already is replaced. */
export function applyAdded(index: SpaceIndex, added: readonly AddedVersion[]): void {
  const last = new Map(added.map((one) => [one.versionId, one]))
  for (const versionId of last.keys()) retire(index, versionId)
  const sources = Array.from(last.values(), ({ fileId, versionId, createdAt, block, vectors }) => ({
    document: { fileId, versionId, createdAt },
    block,
    vectors,
  }))
  if (sources.length > 0) index.segments.push(placeDocuments(index, buildSegment(sources, index.kind)))
  tidy(index)
}

/** Ends file versions: from now on they count nowhere. Unknown ones are ignored. */
export function applyRemoved(index: SpaceIndex, versionIds: Iterable<string>): void {
  for (const versionId of versionIds) retire(index, versionId)
  tidy(index)
}

function retire(index: SpaceIndex, versionId: string): void {
  const place = index.places.get(versionId)
  if (!place) return
  killDocument(place.segment, place.document)
  index.places.delete(versionId)
}

/** Memory the index takes, in bytes, estimated to within a tenth. */
export function indexBytes(index: SpaceIndex): number {
  return index.segments.reduce((sum, segment) => sum + bytesOf(segment), 0)
}

function placeDocuments(index: SpaceIndex, segment: Segment): Segment {
  for (const [document, { versionId }] of segment.documents.entries()) {
    index.places.set(versionId, { segment, document })
  }
  return segment
}

/**
 * Each segment is kept at least twice as large as the next, so that there are few (17 for 100,000 one-chunk
 * additions) and a chunk is copied at most as many times; one that is a third dead is written anew.
 */
function tidy(index: SpaceIndex): void {
  const kept: Segment[] = []
  for (const segment of index.segments) {
    let merged = segment
    if (segment.liveChunks === 0) continue
    if (segment.liveChunks * 3 < chunksOf(segment) * 2)
      merged = placeDocuments(index, buildSegment([segment], index.kind))
    for (;;) {
      const previous = kept.at(-1)
      if (!previous || previous.liveChunks >= merged.liveChunks * 2) break
      kept.pop()
      merged = placeDocuments(index, buildSegment([previous, merged], index.kind))
    }
    kept.push(merged)
  }
  index.segments = kept
}
