import { plainQuery } from '../query/parse-query.ts'
import { queryWords } from './query-words.ts'
import { gatherStatistics } from './statistics.ts'
import type { Steps } from './steps.ts'
import { surveyParts } from './survey-parts.ts'

/** Counts the readable chunks that have a word in whatever form; one number a word. */
export function* countChunks(words: readonly string[]): Steps<number[]> {
  const survey = yield* surveyParts(undefined)
  const read = words.map((word) => queryWords(plainQuery(word), survey.families))
  const { frequencies } = yield* gatherStatistics(
    survey,
    read.flatMap(([first]) => first ?? []),
  )
  let next = 0
  return read.map((own) => (own.length > 0 ? frequencies[next++]! : 0))
}
