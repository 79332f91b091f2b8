import { meetConditions, type Phrase, readConditions } from '../query/conditions.ts'
import type { Query } from '../query/parse-query.ts'
import { expandWords, type SynonymsBySpace } from '../synonyms/expand.ts'
import { type Choice, chooseHits, type Chosen, narrowParts } from './choose-hits.ts'
import { explainHits } from './explain.ts'
import { byWordsAlone, fuseParts, type ScorePart } from './fuse-parts.ts'
import { joinNeighbours } from './join-neighbours.ts'
import { compareChunks, type Meaning, type Meanings } from './meaning.ts'
import type { QueryWord } from './query-words.ts'
import { refineMeanings } from './refine-meaning.ts'
import { type Bm25, scoreChunks } from './score.ts'
import { gatherStatistics, idfUnits } from './statistics.ts'
import { type AskedPart, type AskedSpace, partsOf, remember, runSteps, type Steps } from './steps.ts'
import { type Survey, surveyParts } from './survey-parts.ts'

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

export type Ranking = Chosen &
  Pick<Survey, 'lacking' | 'compared' | 'isUnanswered' | 'outdated'> & {
    words: WeighedWord[]
    /** What every hit has in a row. */
    phrases: Phrase[]
  }

/** Ranks what is in memory. */
export function rank(spaces: readonly AskedSpace[], request: RankRequest): Ranking {
  return runSteps(rankParts(request), partsOf(spaces, request.readable))
}

/**
 * Ranks the chunks of several spaces as one collection; exact, every matching chunk is scored. Words have one set of
 * statistics and one best over all of them. Cosines of two embedders are never compared: each embedder has a best of its
 * own. What has no vectors, or belongs to an embedder that did not answer, is ranked by its words alone.
 */
export function* rankParts(request: RankRequest): Steps<Ranking> {
  const { meanings, bm25 } = request
  const survey = yield* surveyParts(meanings)
  const words = request.words ?? expandWords(request.query, survey.families, request.synonyms ?? new Map())
  const conditions = readConditions(request.query, survey.families)
  const statistics = yield* gatherStatistics(survey, words)
  const scoreWords = remember((part: AskedPart) => {
    const own = scoreChunks(part, words, statistics, bm25)
    const scores = { words: joinNeighbours(part.segment, own), meaning: undefined }
    const meaning = part.kind && meanings?.get(part.kind.id)
    return { ...part, mask: meetConditions(part, conditions), meaning, own, scores }
  })
  const narrowed = narrowParts(scoreWords, request)
  const isFused = meanings !== undefined && survey.isAnyCompared
  const score = isFused ? yield* compareTwice(narrowed, meanings) : narrowed
  const fusions = isFused ? yield* fuseParts(score) : byWordsAlone
  const { hits, ...chosen } = yield* chooseHits(score, fusions, request)
  const ranked = { words, statistics, bm25, fusions }
  const { lacking, compared, isUnanswered, outdated } = survey
  return {
    hits: request.isExplained ? yield* explainHits(hits, score, ranked) : hits,
    ...chosen,
    words: words.map((word, w) => ({
      ...word,
      df: statistics.frequencies[w]!,
      idf: statistics.idfs[w]! / idfUnits,
    })),
    phrases: conditions.required,
    lacking,
    compared,
    isUnanswered,
    outdated,
  }
}

/** With the scores by what the query means once its first finds are looked at. */
function* compareTwice(score: ScorePart, meanings: Meanings): Steps<ScorePart> {
  const weighed = [...meanings.values()].filter(({ share }) => share > 0)
  return compareParts(score, yield* refineMeanings(compareParts(score), weighed))
}

/** With the scores by meaning, as it was read or `refined`. */
function compareParts(score: ScorePart, refined?: ReadonlyMap<Meaning, Meaning>): ScorePart {
  return remember((asked) => {
    const part = score(asked)
    const meaning = part.meaning && (refined?.get(part.meaning) ?? part.meaning)
    const scores = { words: part.scores.words, meaning: meaning && compareChunks(part.segment, meaning) }
    return { ...part, meaning, scores }
  })
}
