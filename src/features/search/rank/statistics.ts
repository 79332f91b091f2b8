import { findTerm } from '../terms/table.ts'
import { findAlternatives } from './alternatives.ts'
import type { QueryWord } from './query-words.ts'
import type { AskedPart, Steps } from './steps.ts'
import type { Survey } from './survey-parts.ts'

/** Units of an idf in one point. */
export const idfUnits = 1024

/** What BM25 needs to know about the readable chunks of all asked spaces together, and about nothing else. */
export type Statistics = {
  /** Mean length in terms; 1 where there is no chunk or none has a term. */
  averageLength: number
  chunks: number
  /** Per word in how many chunks it is. */
  frequencies: number[]
  /** Per word its idf in 1/1024. */
  idfs: number[]
}

export function* gatherStatistics(
  { chunks, length }: Pick<Survey, 'chunks' | 'length'>,
  words: readonly CountedWord[],
): Steps<Statistics> {
  const frequencies = words.map(() => 0)
  yield {
    visit(part) {
      for (const [w, word] of words.entries()) frequencies[w]! += documentFrequency(part, word)
    },
  }
  const idfs = frequencies.map((frequency) => idf(chunks, frequency))
  return { averageLength: length > 0 ? length / chunks : 1, chunks, frequencies, idfs }
}

/**
 * `ln(1 + (N − df + 0.5) / (df + 0.5))` in 1/1024: Lucene's form of Robertson and Zaragoza 2009. Rounded, because
 * logarithms differ in their last bit between machines; at least 1, because from 2,000 chunks on the idf of a word
 * that all of them have rounds to 0 and a hit must score.
 */
function idf(chunks: number, frequency: number): number {
  return Math.max(1, Math.round(Math.log(1 + (chunks - frequency + 0.5) / (frequency + 0.5)) * idfUnits))
}

type CountedWord = Pick<QueryWord, 'variants'> & { synonyms?: QueryWord['synonyms'] }

/** Chunks with any variant of the word, of which no chunk has two (see QueryWord), or with a synonym. */
function documentFrequency(part: AskedPart, { variants, synonyms }: CountedWord): number {
  const { segment, mask, spaceId } = part
  if (synonyms?.has(spaceId)) {
    const alternatives = findAlternatives(segment, spaceId, { variants, synonyms })
    const isFound = (_: number, chunk: number) =>
      mask?.[chunk] !== 0 && alternatives.some(({ counts }) => counts[chunk]! > 0)
    return segment.ordinals.filter(isFound).length
  }
  let frequency = 0
  for (const { high, low } of variants) {
    const term = findTerm(segment.terms, high, low)
    if (term < 0) continue
    const start = segment.postingStarts[term]!
    const end = segment.postingStarts[term + 1]!
    if (!mask) frequency += end - start
    else for (let p = start; p < end; p++) frequency += mask[segment.postingChunks[p]!]!
  }
  return frequency
}
