import { unknownPiece } from './read-model.ts'
import type { SplitPieces } from './split-pieces.ts'

/**
 * Where the model knows the language. Of 0.5, 0.55 and 0.6 the first is .562 of nDCG@10 on acord, .809 on hotpotqa-100 and
 * .970 on xquad-en, the second .570, .807 and .971, the third .577, .800 and .969.
 */
const fullShare = 0.55
/** From this share of fragments on meaning counts for nothing, and `fadeWidth` below it for everything. */
const lostShare = 0.5
const fadeWidth = 0.3

/**
 * How far to trust the model about a query. It has learnt English; a query in another language falls into single
 * characters and unknown words, and there words rank better alone (Arabic .884 of nDCG@10, by meaning .202).
 */
export function createTrust(vocabulary: readonly string[], split: SplitPieces): (query: string) => number {
  const isPunctuation = vocabulary.map((piece) => /^[\p{P}$+<=>^`|~]$/u.test(piece))
  const isFragment = vocabulary.map((piece) => piece === unknownPiece || /^(##)?.$/su.test(piece))
  return (query) => {
    const pieces = split(query).filter((piece) => !isPunctuation[piece])
    if (pieces.length === 0) return 0
    const fragments = pieces.filter((piece) => isFragment[piece]).length / pieces.length
    return fullShare * Math.min(1, Math.max(0, (lostShare - fragments) / fadeWidth))
  }
}
