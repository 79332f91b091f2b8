import { gatherStatistics } from '../rank/statistics.ts'
import type { Steps } from '../rank/steps.ts'
import { type Survey, surveyParts } from '../rank/survey-parts.ts'
import type { TermHash } from '../terms/hash.ts'
import type { Source } from './find-source.ts'

/** A term of the source, and the first of its chunks that has it. */
export type TellingTerm = TermHash & { ordinal: number }

/**
 * The terms of a source that say most about what it is about, at most `limit`: those with the largest count times idf, as
 * in Lucene's "more like this". Frequencies are those of the readable chunks asked for; a term that none of them has
 * outside of the source would find nothing. Equal ones in the order of their bits, so that the choice is the same
 * everywhere. With them come the families of what is asked.
 */
export function* chooseTerms(
  source: Source,
  limit: number,
): Steps<{ terms: TellingTerm[]; families: Survey['families'] }> {
  const survey = yield* surveyParts(undefined)
  const isAsked = yield* isThere(source)
  const candidates = countTerms(source)
  const { frequencies, idfs } = yield* gatherStatistics(survey, candidates.map(wordOf))
  const terms = candidates
    .map((term, t) => ({ ...term, weight: term.count * idfs[t]!, frequency: frequencies[t]! }))
    .filter(({ frequency, chunks }) => frequency > (isAsked ? chunks : 0))
    .sort((a, b) => b.weight - a.weight || a.high - b.high || a.low - b.low)
    .slice(0, limit)
  return { terms, families: survey.families }
}

/** Is the source itself among what is asked? */
function* isThere({ versionId }: Source): Steps<boolean> {
  let isFound = false
  yield {
    only: new Set([versionId]),
    visit({ segment: { documents, isLive } }) {
      isFound ||= documents.some((document, d) => document.versionId === versionId && isLive[d] === 1)
    },
  }
  return isFound
}

const wordOf = ({ high, low }: TermHash) => ({ variants: [{ high, low, isStopped: false }] })

/** The terms of the chunks in question, with how often and in how many of these each stands. */
function countTerms({ block, ordinal: only }: Source) {
  const { termHighs, termLows, postingStarts, postingChunks, postingCounts, ordinals } = block
  const terms: (TellingTerm & { count: number; chunks: number })[] = []
  for (const [t, high] of termHighs.entries()) {
    const term = { high, low: termLows[t]!, ordinal: 0, count: 0, chunks: 0 }
    for (let p = postingStarts[t]!; p < postingStarts[t + 1]!; p++) {
      const ordinal = ordinals[postingChunks[p]!]!
      if (only !== undefined && only !== ordinal) continue
      if (term.chunks === 0) term.ordinal = ordinal
      term.chunks++
      term.count += postingCounts[p]!
    }
    if (term.chunks > 0) terms.push(term)
  }
  return terms
}
