import { equal } from 'node:assert/strict'
import type { Hit } from '../rank/hit.ts'
import type { HandExplanation } from './rank-by-hand.ts'

/**
 * What the oracle says of a hit, from its explanation.
 * @throws AssertionError where the explanation does not add up to the score, last bit included
 */
export function readExplanation({ score, explanation }: Hit): HandExplanation {
  const { words, meaning } = explanation!
  const { own, neighbours, around, length, averageLength, chunks } = words
  equal(sumOf(words.terms.map((term) => term.score)), own)
  const joined = (10 * neighbours * own + 3 * around) / (13 * neighbours)
  equal(own === 0 || neighbours === 0 ? own : Math.ceil(joined * 2 ** 26) / 2 ** 26, words.score)
  const bySides = words.weight * (words.share ?? 0) + (meaning ? meaning.weight * meaning.share : 0)
  equal(words.share === null ? words.score : bySides, score)
  const terms = words.terms.flatMap(({ tf, df, idf, times, score }) =>
    Array.from({ length: times }, () => ({ tf, df, idf, score: score / times })),
  )
  return sortTerms({ terms, length, averageLength, chunks, cosine: meaning?.cosine })
}

/** In an order that says nothing. */
export function sortTerms(explanation: HandExplanation): HandExplanation {
  const terms = explanation.terms.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
  return { ...explanation, terms }
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, one) => sum + one, 0)
}
