import type { SpaceIndex } from '../index/space-index.ts'
import { meetConditions, type Phrase, readConditions } from '../query/conditions.ts'
import type { Query } from '../query/parse-query.ts'
import { expandWords, type SynonymsBySpace } from '../synonyms/expand.ts'
import { type Choice, chooseHits, type Chosen, everyMatch } from './choose-hits.ts'
import { createExplainer } from './explain.ts'
import { isCompared, type Part } from './fuse-parts.ts'
import { joinNeighbours } from './join-neighbours.ts'
import { compareChunks, type Meaning, type Meanings } from './meaning.ts'
import type { QueryWord } from './query-words.ts'
import { familiesOf, type ReadableSegment, restrictSegment } from './readable.ts'
import { examples, refineMeaning } from './refine-meaning.ts'
import { type Bm25, scoreChunks } from './score.ts'
import { gatherStatistics, idfUnits } from './statistics.ts'

export type RankRequest = Choice & {
  query: Query
  /** What to look for instead of the query's words. */
  words?: QueryWord[] | undefined
  /** What the query means to each embedder whose vectors are searched; undefined: words alone. */
  meanings: Meanings | undefined
  bm25: Bm25
  /** Files this caller may read: nothing else counts anywhere. Undefined: every file. */
  readable: ReadonlySet<string> | undefined
  /** What may stand for words of the query. */
  synonyms?: SynonymsBySpace
  /** Does each hit say how its score came about? */
  isExplained?: boolean | undefined
}

/** A word of the query with the readable chunks that have it and its weight in points of BM25: the rarer, the more. */
export type WeighedWord = QueryWord & { idf: number; df: number }

export type Ranking = Omit<Chosen, 'fusions'> & {
  words: WeighedWord[]
  /** What every hit has in a row. */
  phrases: Phrase[]
  /** Spaces with readable files that lack vectors; those files were ranked by words alone. */
  lacking: string[]
  /** How much of what is readable was compared by meaning, where that was asked for. */
  compared: 'all' | 'some' | 'none'
  /** Whether an embedder whose vectors are there did not say what the query means. */
  isUnanswered: boolean
  /** Spaces with readable files whose blocks are of an older format: their phrases are met by all words, in a row or not. */
  outdated: string[]
}

export type AskedSpace = { spaceId: string; index: SpaceIndex }

/**
 * A segment as one caller sees it, with the scores of its chunks by words, `own` and joined with those around, and what the
 * query means to its embedder. The mask leaves what the query lets through.
 */
type ScoredPart = ReadableSegment &
  AskedSpace & { own: Float64Array; words: Float64Array; meaning: Meaning | undefined }

/** With the scores of both sides. */
export type ComparedPart = Part & { own: Float64Array }

/**
 * Ranks the chunks of several spaces as one collection; exact, every matching chunk is scored. Words have one set of
 * statistics and one best over all of them. Cosines of two embedders are never compared: each embedder has a best of its
 * own. What has no vectors, or belongs to an embedder that did not answer, is ranked by its words alone.
 */
export function rank(spaces: readonly AskedSpace[], request: RankRequest): Ranking {
  const asked = spaces.flatMap(({ spaceId, index }) =>
    index.segments.map((segment) => ({ spaceId, index, ...restrictSegment(segment, request.readable) })),
  )
  const families = familiesOf(asked)
  const words = request.words ?? expandWords(request.query, families, request.synonyms ?? new Map())
  const conditions = readConditions(request.query, families)
  const statistics = gatherStatistics(asked, words)
  const scored = asked.map((part) => {
    const own = scoreChunks(part, words, statistics, request.bm25)
    const meaning = meaningOf(part, request)
    const mask = meetConditions(part, conditions)
    return { ...part, mask, meaning, own, words: joinNeighbours(part.segment, own) }
  })
  const parts = compare(refine(scored, request))
  const { fusions, hits, ...chosen } = chooseHits(parts, request)
  const explain = createExplainer(parts, words, statistics, request.bm25, fusions)
  const weighed = words.map((word, w) => ({
    ...word,
    df: statistics.frequencies[w]!,
    idf: statistics.idfs[w]! / idfUnits,
  }))
  return {
    ...chosen,
    hits: request.isExplained ? hits.map((hit) => ({ ...hit, explanation: explain(hit) })) : hits,
    words: weighed,
    phrases: conditions.required,
    ...describe(scored, request),
    outdated: spacesOf(scored.filter(({ isPartlyOutdated }) => isPartlyOutdated)),
  }
}

function spacesOf(parts: readonly { spaceId: string }[]): string[] {
  return [...new Set(parts.map(({ spaceId }) => spaceId))].sort()
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
  return { lacking: spacesOf(lacking), compared, isUnanswered } as const
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

function compare(scored: readonly ScoredPart[]): ComparedPart[] {
  return scored.map((part) => {
    const { words, meaning, segment } = part
    return { ...part, scores: { words, meaning: meaning && compareChunks(segment, meaning) } }
  })
}
