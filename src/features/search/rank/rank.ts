import type { SpaceIndex } from '../index/space-index.ts'
import { type Choice, chooseHits, type Chosen, everyMatch } from './choose-hits.ts'
import { joinNeighbours } from './join-neighbours.ts'
import { compareChunks, type Meaning } from './meaning.ts'
import { type QueryWord, queryWords } from './query-words.ts'
import { type ReadableSegment, restrictSegment } from './readable.ts'
import { examples, refineMeaning } from './refine-meaning.ts'
import { type Bm25, scoreChunks } from './score.ts'
import { gatherStatistics, idfUnits } from './statistics.ts'

export type RankRequest = Choice & {
  query: string
  /** What to look for instead of the query's words. */
  words?: QueryWord[] | undefined
  /** What the query means; undefined: words alone. */
  meaning: Meaning | undefined
  bm25: Bm25
  /** Files this caller may read: nothing else counts anywhere. Undefined: every file. */
  readable: ReadonlySet<string> | undefined
}

/** A word of the query with its weight in points of BM25: the rarer, the more. */
export type WeighedWord = QueryWord & { idf: number }

export type Ranking = Chosen & {
  words: WeighedWord[]
  /** Spaces with readable files that lack vectors of the embedder asked for; if there are any, words alone ranked. */
  lacking: string[]
}

export type AskedSpace = { spaceId: string; index: SpaceIndex }

/** A segment as one caller sees it, with the scores of its chunks by words. */
type ScoredPart = ReadableSegment & AskedSpace & { words: Float64Array }

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
  const words = request.words ?? queryWords(request.query, [...families].sort())
  const statistics = gatherStatistics(asked, words)
  const scored = asked.map((part) => ({
    ...part,
    words: joinNeighbours(part.segment, scoreChunks(part, words, statistics, request.bm25)),
  }))
  const meaning = lacking.length > 0 ? undefined : request.meaning
  const chosen = choose(scored, request, meaning && refine(scored, request, meaning))
  const weighed = words.map((word, w) => ({ ...word, idf: statistics.idfs[w]! / idfUnits }))
  return { ...chosen, words: weighed, lacking: [...new Set(lacking.map(({ spaceId }) => spaceId))].sort() }
}

/** What the query means once its first finds are looked at. */
function refine(parts: readonly ScoredPart[], { allowed, leftOut }: RankRequest, meaning: Meaning): Meaning {
  if (meaning.share === 0) return meaning
  const { hits } = choose(parts, { ...everyMatch, allowed, leftOut, limit: examples }, meaning)
  return refineMeaning(meaning, hits, new Map(parts.map(({ spaceId, index }) => [spaceId, index])))
}

function choose(scored: readonly ScoredPart[], choice: Choice, meaning: Meaning | undefined): Chosen {
  const parts = scored.map(({ words, ...part }) => ({
    ...part,
    scores: { words, meaning: meaning && compareChunks(part.segment, meaning) },
  }))
  return chooseHits(parts, choice, meaning)
}
