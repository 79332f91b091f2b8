import type { SpaceIndex } from '../index/space-index.ts'
import { type QueryWord, queryWords } from './query-words.ts'
import { type ReadableSegment, restrictSegment } from './readable.ts'
import { type Bm25, scoreChunks, scoreUnits } from './score.ts'
import { createSelection, type Hit } from './select.ts'
import { gatherStatistics, idfUnits } from './statistics.ts'

export type RankRequest = {
  query: string
  /** Hits to return at most, at least 1. */
  limit: number
  bm25: Bm25
  /** Files this caller may read: nothing else counts anywhere. Undefined: every file. */
  readable: ReadonlySet<string> | undefined
  /** Files the request asks for: only they are found, while statistics stay those of all readable ones. */
  allowed: ReadonlySet<string> | undefined
  /** One hit per file, its best chunk. */
  groupByFile: boolean
}

/** A word of the query with its weight in points of BM25: the rarer, the more. */
export type WeighedWord = QueryWord & { idf: number }

export type Ranking = {
  hits: Hit[]
  /** Matching chunks, or matching files when grouped: exact. */
  total: number
  words: WeighedWord[]
}

export type AskedSpace = { spaceId: string; index: SpaceIndex }

/** Ranks the chunks of several spaces as one collection; exact, every matching chunk is scored. */
export function rank(spaces: readonly AskedSpace[], request: RankRequest): Ranking {
  const asked = spaces.flatMap(({ spaceId, index }) =>
    index.segments.map((segment) => ({ spaceId, ...restrictSegment(segment, request.readable) })),
  )
  const families = new Set(asked.flatMap(({ segment }) => segment.families))
  const words = queryWords(request.query, [...families].sort())
  const statistics = gatherStatistics(asked, words)
  const selection = createSelection(request.limit)
  let total = 0
  for (const part of asked) {
    const scores = scoreChunks(part, words, statistics, request.bm25)
    total += selectFrom(part, scores, request, selection)
  }
  const weighed = words.map((word, w) => ({ ...word, idf: statistics.idfs[w]! / idfUnits }))
  return { hits: selection.best, total, words: weighed }
}

/** Offers a segment's hits; returns how many there are. */
function selectFrom(
  { spaceId, segment, mask }: ReadableSegment & { spaceId: string },
  scores: Float64Array,
  { allowed, groupByFile }: RankRequest,
  selection: ReturnType<typeof createSelection>,
): number {
  let total = 0
  const offer = (document: number, chunk: number) => {
    total++
    const score = scores[chunk]! / scoreUnits
    if (!selection.admits(score)) return
    const { fileId, versionId } = segment.documents[document]!
    selection.offer({ spaceId, fileId, versionId, ordinal: segment.ordinals[chunk]!, score })
  }
  for (const [document, { fileId }] of segment.documents.entries()) {
    if (allowed?.has(fileId) === false) continue
    let best = -1
    const end = segment.documentStarts[document + 1]!
    for (let chunk = segment.documentStarts[document]!; chunk < end; chunk++) {
      if (scores[chunk] === 0 || mask?.[chunk] === 0) continue
      if (!groupByFile) offer(document, chunk)
      else if (best < 0 || scores[chunk]! > scores[best]!) best = chunk
    }
    if (best >= 0) offer(document, best)
  }
  return total
}
