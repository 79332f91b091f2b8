import type { TenantTx } from '#platform/db/index.ts'
import type { KindOf } from '../cache/cached-space.ts'
import type { SpaceIndex } from '../index/space-index.ts'
import type { Corpus } from '../rank/corpus.ts'
import { restrictSegment } from '../rank/readable.ts'
import { type AskedPart, type AskedSpace, partsOf } from '../rank/steps.ts'
import { type BlockStream, openBlockStream } from './block-stream.ts'
import { readSegments } from './read-segments.ts'

type Streamed = {
  spaceIds: readonly string[]
  kindOf: KindOf
  /** Of all indexes; what is read at a time is less. */
  maxBytes: number
}

/**
 * Spaces that find no room in memory, beside some that do: each pass reads every block of the former once more, in the
 * asker's transaction. What it sees stays what it was when the first pass began.
 */
export function streamCorpus(
  tx: TenantTx,
  inMemory: readonly AskedSpace[],
  { spaceIds, kindOf, maxBytes }: Streamed,
): Corpus {
  const frozen = inMemory.map(({ spaceId, index }) => ({ spaceId, index: freeze(index) }))
  let streams: BlockStream[] | undefined
  const openAll = async () => {
    const opened: BlockStream[] = []
    for (const spaceId of spaceIds) opened.push(await openBlockStream(tx, spaceId, maxBytes))
    return opened
  }
  async function* readParts(
    readable: ReadonlySet<string> | undefined,
    only?: ReadonlySet<string>,
  ): AsyncGenerator<AskedPart> {
    yield* partsOf(frozen, readable)
    streams ??= await openAll()
    for (const stream of streams)
      for await (const { segment, kind } of readSegments(stream, kindOf, only))
        yield { spaceId: stream.spaceId, kind, ...restrictSegment(segment, readable) }
  }
  return {
    async run(steps, readable) {
      for (;;) {
        const step = steps.next()
        if (step.done) return step.value
        for await (const part of readParts(readable, step.value.only)) step.value.visit(part)
      }
    },
    async walk(visit, readable) {
      for await (const part of readParts(readable)) await visit(part)
    },
  }
}

/** Others bring the index up to date while blocks are read; nothing else of a segment changes. */
function freeze(index: SpaceIndex): SpaceIndex {
  const segments = index.segments.map((segment) => ({ ...segment, isLive: segment.isLive.slice() }))
  return { ...index, segments }
}
