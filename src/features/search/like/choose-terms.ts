import type { ReadableSegment } from '../rank/readable.ts'
import { documentFrequency, gatherStatistics } from '../rank/statistics.ts'
import type { TermHash } from '../terms/hash.ts'
import type { Source } from './find-source.ts'

/** A term of the source, and the first of its chunks that has it. */
export type TellingTerm = TermHash & { ordinal: number }

/**
 * The terms of a source that say most about what it is about, at most `limit`: those with the largest count times idf, as
 * in Lucene's "more like this". Frequencies are those of the readable chunks asked for; a term that none of them has
 * outside of the source would find nothing. Equal ones in the order of their bits, so that the choice is the same
 * everywhere.
 */
export function chooseTerms(
  source: Source,
  segments: readonly ReadableSegment[],
  limit: number,
): TellingTerm[] {
  const isAsked = segments.some(({ segment: { documents, isLive } }) =>
    documents.some(({ versionId }, document) => versionId === source.versionId && isLive[document]),
  )
  const terms = countTerms(source).filter((term) => {
    const frequency = segments.reduce((sum, segment) => sum + documentFrequency(segment, wordOf(term)), 0)
    return frequency > (isAsked ? term.chunks : 0)
  })
  const { idfs } = gatherStatistics(segments, terms.map(wordOf))
  return terms
    .map((term, t) => ({ ...term, weight: term.count * idfs[t]! }))
    .sort((a, b) => b.weight - a.weight || a.high - b.high || a.low - b.low)
    .slice(0, limit)
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
