import { unknownPiece } from './read-model.ts'
import type { SplitPieces } from './split-pieces.ts'

/**
 * What meaning gets of a score where the model knows the language, for a query of so many words: `1 / (1 + √(words / even))`,
 * at most `most`. Each word is one more piece of evidence to BM25, while the meaning stays one; at `even` words both count
 * alike.
 */
export type Trust = { most: number; even: number }

/**
 * Of the shipped table. One share for all, 0.55, is .583 of nDCG@10 on acord, .808 on hotpotqa-100 and .973 on xquad-en; this
 * is .601, .813 and .972, and 8 or 16 words in the place of 14 are within 0.5 of it.
 */
export const trustOfTable: Trust = { most: 0.65, even: 14 }

function fullShare(words: number, { most, even }: Trust): number {
  return Math.min(most, 1 / (1 + Math.sqrt(words / even)))
}

/** From this share of fragments on meaning counts for nothing, and `fadeWidth` below it for everything. */
const lostShare = 0.5
const fadeWidth = 0.3

/**
 * How far to trust the model about a query. It has learnt English; a query in another language falls into single
 * characters and unknown words, and there words rank better alone (Arabic .884 of nDCG@10, by meaning .202).
 * @param trust where the model knows the language; a number is for queries of every length
 */
export function createTrust(
  vocabulary: readonly string[],
  split: SplitPieces,
  trust: Trust | number,
): (query: string) => number {
  const isPunctuation = vocabulary.map((piece) => /^[\p{P}$+<=>^`|~]$/u.test(piece))
  const isFragment = vocabulary.map((piece) => piece === unknownPiece || /^(##)?.$/su.test(piece))
  const continues = vocabulary.map((piece) => piece.startsWith('##'))
  return (query) => {
    const pieces = split(query).filter((piece) => !isPunctuation[piece])
    if (pieces.length === 0) return 0
    const fragments = pieces.filter((piece) => isFragment[piece]).length / pieces.length
    const words = pieces.filter((piece) => !continues[piece]).length
    const full = typeof trust === 'number' ? trust : fullShare(words, trust)
    return full * Math.min(1, Math.max(0, (lostShare - fragments) / fadeWidth))
  }
}
