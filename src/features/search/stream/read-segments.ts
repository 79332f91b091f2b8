import type { KindOf } from '../cache/cached-space.ts'
import { decodeBlock } from '../block/decode.ts'
import { decodeVectors } from '../block/vectors.ts'
import { buildSegment } from '../index/build-segment.ts'
import type { VectorKind } from '../index/lay-out.ts'
import type { Segment } from '../index/segment.ts'
import { plainRows } from '../vectors/plain-rows.ts'
import type { BlockStream, StoredBlock } from './block-stream.ts'

type Read = { segment: Segment; kind: VectorKind | undefined }

/** One segment after the other, none of them kept. @param only versions; others need not be there */
export async function* readSegments(
  stream: BlockStream,
  kindOf: KindOf,
  only: ReadonlySet<string> | undefined,
): AsyncGenerator<Read> {
  for await (const batch of stream.read()) {
    const wanted = only ? batch.filter(({ versionId }) => only.has(versionId)) : batch
    const [first] = wanted
    if (!first) continue
    const kind = kindOf(first.embedder)
    // Not in the memory that indexes share: it would come back only when nobody holds these rows any more.
    yield { segment: buildSegment(wanted.map(decode), kind, plainRows), kind }
  }
}

export function decode({ fileId, versionId, createdAt, data, vectors }: StoredBlock) {
  const block = decodeBlock(data)
  return {
    document: { fileId, versionId, createdAt },
    block,
    vectors: vectors && decodeVectors(vectors, block.ordinals.length),
  }
}
