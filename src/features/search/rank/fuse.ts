import type { MatchSource, Side } from './hit.ts'
import { leastOf, type Meaning } from './meaning.ts'

/** The two scores of a segment's chunks, each in units of its own and 0 at least. */
export type Scores = { words: Float64Array; meaning: Float64Array | undefined }

/** The largest scores among what a query can find. */
export type Best = { words: number; meaning: number }

/** How a chunk's two scores become one. Numbers in and out, because it is asked for every chunk. */
export type Fuse = {
  /** Is a chunk with these scores found? */
  isMatch: (words: number, meaning: number) => boolean
  /** Of a match: from 0 to 1, or in points of BM25 where words alone rank. */
  scoreOf: (words: number, meaning: number) => number
  /** Without a division: is never false for a match whose score is as much as `least`. */
  mayReach: (words: number, meaning: number, least: number) => boolean
  sourceOf: (words: number, meaning: number) => MatchSource
}

/** Steps of each side's share of its best, and of the weight between the sides: a score is an integer over both. */
const steps = 2 ** 20
const weightSteps = 1024

/**
 * `share · meaning / best meaning + (1 − share) · words / best words`, from 0 to 1, in integers: a convex combination of
 * both scores after each was divided by its best (Bruch, Gai and Ingber 2023, "An analysis of fusion functions for
 * hybrid retrieval"). Ranks instead of scores (RRF) are worse here than words alone on several English sets. A best
 * meaning below what counts as a match is taken for that, or noise would decide where nothing is near. Rounded up, so
 * that a match is never 0.
 */
export function createFusion(best: Best, meaning: Meaning): Fuse {
  const weight = Math.round(meaning.share * weightSteps)
  const least = leastOf(meaning)
  const bestMeaning = Math.max(best.meaning, least)
  const areWordsWeighed = weight < weightSteps
  const isMeaningWeighed = weight > 0
  const perWords = best.words > 0 ? (1 - weight / weightSteps) / best.words : 0
  const perCosine = weight / weightSteps / bestMeaning
  return {
    isMatch: (words, cosine) => (areWordsWeighed && words > 0) || (isMeaningWeighed && cosine >= least),
    mayReach: (words, cosine, least) => words * perWords + cosine * perCosine + roundedUp >= least,
    scoreOf(words, cosine) {
      const byWords = words > 0 ? stepsOf(words, best.words) : 0
      const byMeaning = cosine > 0 ? stepsOf(cosine, bestMeaning) : 0
      return (weight * byMeaning + (weightSteps - weight) * byWords) / (steps * weightSteps)
    },
    sourceOf(words, cosine) {
      if (!areWordsWeighed || words === 0) return 'vector'
      return isMeaningWeighed && cosine >= least ? 'both' : 'text'
    },
  }
}

/** More than what rounding both shares up to a step adds to a score. */
const roundedUp = 2 / steps

/** The score of a chunk without a vector beside others that have one: its words are all there is to go by. */
export function shareOfBest(words: number, bestWords: number): number {
  return stepsOf(words, bestWords) / steps
}

/** The two sides of a score; bests in the units of their scores. */
export function explainFusion(best: Best, meaning: Meaning, words: number, cosine: number) {
  const weight = Math.round(meaning.share * weightSteps)
  const bestMeaning = Math.max(best.meaning, leastOf(meaning))
  const side = (weight: number, value: number, most: number): Side => {
    return { weight: weight / weightSteps, share: value > 0 ? stepsOf(value, most) / steps : 0, best: most }
  }
  return {
    words: side(weightSteps - weight, words, best.words),
    meaning: side(weight, cosine, bestMeaning),
  }
}

function stepsOf(value: number, most: number): number {
  return Math.ceil((value / most) * steps)
}
