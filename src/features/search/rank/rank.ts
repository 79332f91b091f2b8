import type { SpaceIndex } from '../index/space-index.ts'
import { type Best, createFusion, type Fuse, type Scores } from './fuse.ts'
import { joinNeighbours } from './join-neighbours.ts'
import { compareChunks, type Meaning } from './meaning.ts'
import { type QueryWord, queryWords } from './query-words.ts'
import { type ReadableSegment, restrictSegment } from './readable.ts'
import { examples, refineMeaning } from './refine-meaning.ts'
import { type Bm25, scoreChunks, scoreUnits } from './score.ts'
import { createSelection, type Hit } from './select.ts'
import { gatherStatistics, idfUnits } from './statistics.ts'

export type RankRequest = {
  query: string
  /** What the query means; undefined: words alone. */
  meaning: Meaning | undefined
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
  /** Spaces with readable files that lack vectors of the embedder asked for; if there are any, words alone ranked. */
  lacking: string[]
}

export type AskedSpace = { spaceId: string; index: SpaceIndex }

/** A segment as one caller sees it, with the scores of its chunks by words. */
type ScoredPart = ReadableSegment & AskedSpace & { words: Float64Array }
type Part = ReadableSegment & { spaceId: string; scores: Scores }

/** Ranks the chunks of several spaces as one collection; exact, every matching chunk is scored. */
export function rank(spaces: readonly AskedSpace[], request: RankRequest): Ranking {
  const asked = spaces.flatMap(({ spaceId, index }) =>
    index.segments.map((segment) => ({ spaceId, index, ...restrictSegment(segment, request.readable) })),
  )
  const lacking = asked.filter(
    ({ index, chunks, isPartlyEmbedded }) =>
      request.meaning && chunks > 0 && (isPartlyEmbedded || index.kind?.id !== request.meaning.embedder),
  )
  const families = new Set(asked.flatMap(({ segment }) => segment.families))
  const words = queryWords(request.query, [...families].sort())
  const statistics = gatherStatistics(asked, words)
  const scored = asked.map((part) => ({
    ...part,
    words: joinNeighbours(part.segment, scoreChunks(part, words, statistics, request.bm25)),
  }))
  const meaning = lacking.length > 0 ? undefined : request.meaning
  const { hits, total } = select(scored, request, meaning && refine(scored, request, meaning))
  const weighed = words.map((word, w) => ({ ...word, idf: statistics.idfs[w]! / idfUnits }))
  return { hits, total, words: weighed, lacking: [...new Set(lacking.map(({ spaceId }) => spaceId))].sort() }
}

/** What the query means once its first finds are looked at. */
function refine(parts: readonly ScoredPart[], { allowed }: RankRequest, meaning: Meaning): Meaning {
  if (meaning.share === 0) return meaning
  const { hits } = select(parts, { allowed, groupByFile: false, limit: examples }, meaning)
  return refineMeaning(meaning, hits, new Map(parts.map(({ spaceId, index }) => [spaceId, index])))
}

type Narrowing = Pick<RankRequest, 'allowed' | 'groupByFile' | 'limit'>

function select(scored: readonly ScoredPart[], narrowing: Narrowing, meaning: Meaning | undefined) {
  const parts = scored.map(({ words, ...part }) => ({
    ...part,
    scores: { words, meaning: meaning && compareChunks(part.segment, meaning) },
  }))
  const fuse = meaning ? createFusion(findBest(parts, narrowing.allowed), meaning) : byWordsAlone
  const selection = createSelection(narrowing.limit)
  let total = 0
  for (const part of parts) total += selectFrom(part, fuse, narrowing, selection)
  return { hits: selection.best, total }
}

const byWordsAlone: Fuse = (words) => (words > 0 ? { score: words / scoreUnits, source: 'text' } : undefined)

/** The best scores of what can be found: of readable chunks of the files asked for. */
function findBest(parts: readonly Part[], allowed: RankRequest['allowed']): Best {
  const best = { words: 0, meaning: 0 }
  for (const { segment, mask, scores } of parts) {
    visitDocuments(segment, allowed, (_, start, end) => {
      for (let chunk = start; chunk < end; chunk++) {
        if (mask?.[chunk] === 0) continue
        if (scores.words[chunk]! > best.words) best.words = scores.words[chunk]!
        if (scores.meaning && scores.meaning[chunk]! > best.meaning) best.meaning = scores.meaning[chunk]!
      }
    })
  }
  return best
}

/** Offers a segment's hits; returns how many there are. */
function selectFrom(
  { spaceId, segment, mask, scores }: Part,
  fuse: Fuse,
  { allowed, groupByFile }: Narrowing,
  selection: ReturnType<typeof createSelection>,
): number {
  let total = 0
  const offer = (document: number, chunk: number, { score, source }: Match) => {
    total++
    if (!selection.admits(score)) return
    const { fileId, versionId } = segment.documents[document]!
    selection.offer({ spaceId, fileId, versionId, ordinal: segment.ordinals[chunk]!, score, source })
  }
  visitDocuments(segment, allowed, (document, start, end) => {
    let best: { chunk: number; match: Match } | undefined
    for (let chunk = start; chunk < end; chunk++) {
      if (mask?.[chunk] === 0) continue
      const match = fuse(scores.words[chunk]!, scores.meaning?.[chunk] ?? 0)
      if (!match) continue
      if (!groupByFile) offer(document, chunk, match)
      else if (!best || match.score > best.match.score) best = { chunk, match }
    }
    if (best) offer(document, best.chunk, best.match)
  })
  return total
}

type Match = NonNullable<ReturnType<Fuse>>

/** Documents that the request asks for, live or not, with the range of their chunks. */
function visitDocuments(
  segment: ReadableSegment['segment'],
  allowed: RankRequest['allowed'],
  visit: (document: number, start: number, end: number) => void,
): void {
  for (const [document, { fileId }] of segment.documents.entries()) {
    if (allowed?.has(fileId) === false) continue
    visit(document, segment.documentStarts[document]!, segment.documentStarts[document + 1]!)
  }
}
