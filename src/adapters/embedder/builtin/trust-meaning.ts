import { unknownPiece } from './read-model.ts'
import type { SplitPieces } from './split-pieces.ts'

/**
 * Where the model knows the language, for a query of so many words: `1 / (1 + √(words / 14))`, at most 0.65. Each word is one
 * more piece of evidence to BM25, while the meaning stays one. One share for all, 0.55, is .583 of nDCG@10 on acord, .808 on
 * hotpotqa-100 and .973 on xquad-en; this is .601, .813 and .972, and 8 or 16 words in the place of 14 are within 0.5 of it.
 */
const mostShare = 0.65
const evenWords = 14

function fullShare(words: number): number {
  return Math.min(mostShare, 1 / (1 + Math.sqrt(words / evenWords)))
}

/** From this share of fragments on meaning counts for nothing, and `fadeWidth` below it for everything. */
const lostShare = 0.5
const fadeWidth = 0.3

/**
 * How far to trust the model about a query. It has learnt English; a query in another language falls into single
 * characters and unknown words, and there words rank better alone (Arabic .884 of nDCG@10, by meaning .202).
 * @param share what meaning gets where the model knows the language; left out: by the number of words
 */
export function createTrust(
  vocabulary: readonly string[],
  split: SplitPieces,
  share?: number,
): (query: string) => number {
  const isPunctuation = vocabulary.map((piece) => /^[\p{P}$+<=>^`|~]$/u.test(piece))
  const isFragment = vocabulary.map((piece) => piece === unknownPiece || /^(##)?.$/su.test(piece))
  const continues = vocabulary.map((piece) => piece.startsWith('##'))
  return (query) => {
    const pieces = split(query).filter((piece) => !isPunctuation[piece])
    if (pieces.length === 0) return 0
    const fragments = pieces.filter((piece) => isFragment[piece]).length / pieces.length
    const words = pieces.filter((piece) => !continues[piece]).length
    return (share ?? fullShare(words)) * Math.min(1, Math.max(0, (lostShare - fragments) / fadeWidth))
  }
}
