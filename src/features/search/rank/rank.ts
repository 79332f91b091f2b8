import type { SpaceIndex } from '../index/space-index.ts'
import { type Choice, chooseHits, type Chosen, everyMatch } from './choose-hits.ts'
import { isCompared, type Part } from './fuse-parts.ts'
import { joinNeighbours } from './join-neighbours.ts'
import { compareChunks, type Meaning, type Meanings } from './meaning.ts'
import { type QueryWord, queryWords } from './query-words.ts'
import { type ReadableSegment, restrictSegment } from './readable.ts'
import { examples, refineMeaning } from './refine-meaning.ts'
import { type Bm25, scoreChunks } from './score.ts'
import { gatherStatistics, idfUnits } from './statistics.ts'

export type RankRequest = Choice & {
  query: string
  /** What to look for instead of the query's words. */
  words?: QueryWord[] | undefined
  /** What the query means to each embedder whose vectors are searched; undefined: words alone. */
  meanings: Meanings | undefined
  bm25: Bm25
  /** Files this caller may read: nothing else counts anywhere. Undefined: every file. */
  readable: ReadonlySet<string> | undefined
}

/** A word of the query with its weight in points of BM25: the rarer, the more. */
export type WeighedWord = QueryWord & { idf: number }

export type Ranking = Chosen & {
  words: WeighedWord[]
  /** Spaces with readable files that lack vectors; those files were ranked by words alone. */
  lacking: string[]
  /** How much of what is readable was compared by meaning, where that was asked for. */
  compared: 'all' | 'some' | 'none'
  /** Whether an embedder whose vectors are there did not say what the query means. */
  isUnanswered: boolean
}

export type AskedSpace = { spaceId: string; index: SpaceIndex }

/** A segment as one caller sees it, with the scores of its chunks by words, and what the query means to its embedder. */
type ScoredPart = ReadableSegment & AskedSpace & { words: Float64Array; meaning: Meaning | undefined }

/**
 * Ranks the chunks of several spaces as one collection; exact, every matching chunk is scored. Words have one set of
 * statistics and one best over all of them. Cosines of two embedders are never compared: each embedder has a best of its
 * own. What has no vectors, or belongs to an embedder that did not answer, is ranked by its words alone.
 */
export function rank(spaces: readonly AskedSpace[], request: RankRequest): Ranking {
  const asked = spaces.flatMap(({ spaceId, index }) =>
    index.segments.map((segment) => ({ spaceId, index, ...restrictSegment(segment, request.readable) })),
  )
  const families = new Set(asked.flatMap(({ segment }) => segment.families))
  const words = request.words ?? queryWords(request.query, [...families].sort())
  const statistics = gatherStatistics(asked, words)
  const scored = asked.map((part) => ({
    ...part,
    meaning: meaningOf(part, request),
    words: joinNeighbours(part.segment, scoreChunks(part, words, statistics, request.bm25)),
  }))
  const chosen = chooseHits(compare(refine(scored, request)), request)
  const weighed = words.map((word, w) => ({ ...word, idf: statistics.idfs[w]! / idfUnits }))
  return { ...chosen, words: weighed, ...describe(scored, request) }
}

function meaningOf({ index }: { index: SpaceIndex }, { meanings }: RankRequest): Meaning | undefined {
  return index.kind && meanings?.get(index.kind.id)
}

function describe(asked: readonly ScoredPart[], { meanings }: RankRequest) {
  const parts = meanings ? asked.filter(({ chunks }) => chunks > 0) : []
  const lacking = parts.filter(({ index, lacksVectors }) => !index.kind || lacksVectors)
  const isUnanswered = parts.some(({ index, meaning }) => index.kind && !meaning)
  const isWhole = lacking.length === 0 && !isUnanswered
  const compared = isWhole ? 'all' : parts.some(isCompared) ? 'some' : 'none'
  const spaces = [...new Set(lacking.map(({ spaceId }) => spaceId))].sort()
  return { lacking: spaces, compared, isUnanswered } as const
}

/** With what the query means to each embedder once its own first finds are looked at. */
function refine(scored: readonly ScoredPart[], { allowed, leftOut }: RankRequest): ScoredPart[] {
  const parts = compare(scored)
  const indexes = new Map(scored.map(({ spaceId, index }) => [spaceId, index]))
  const choice = { ...everyMatch, allowed, leftOut, limit: examples }
  const refined = new Map<Meaning | undefined, Meaning>()
  for (const meaning of new Set(scored.map((part) => part.meaning))) {
    if (!meaning || meaning.share === 0) continue
    const { hits } = chooseHits(parts, choice, meaning)
    refined.set(meaning, refineMeaning(meaning, hits, indexes))
  }
  return scored.map((part) => ({ ...part, meaning: refined.get(part.meaning) ?? part.meaning }))
}

function compare(scored: readonly ScoredPart[]): Part[] {
  return scored.map((part) => {
    const { words, meaning, segment } = part
    return { ...part, scores: { words, meaning: meaning && compareChunks(segment, meaning) } }
  })
}
