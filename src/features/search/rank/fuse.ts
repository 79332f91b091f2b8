import { leastOf, type Meaning } from './meaning.ts'

/** How a chunk was found. */
export type MatchSource = 'text' | 'vector' | 'both'

/** The two scores of a segment's chunks, each in units of its own and 0 at least. */
export type Scores = { words: Float64Array; meaning: Float64Array | undefined }

/** The largest scores among what a query can find. */
export type Best = { words: number; meaning: number }

/** How a chunk with these two scores was found, and its score from 0 to 1; undefined when it is no match. */
export type Fuse = (words: number, meaning: number) => { score: number; source: MatchSource } | undefined

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
  return (words, cosine) => {
    const source = sourceOf(weight < weightSteps && words > 0, weight > 0 && cosine >= least)
    if (!source) return undefined
    const byWords = words > 0 ? stepsOf(words, best.words) : 0
    const byMeaning = cosine > 0 ? stepsOf(cosine, bestMeaning) : 0
    return { score: (weight * byMeaning + (weightSteps - weight) * byWords) / (steps * weightSteps), source }
  }
}

/** The score of a chunk without a vector beside others that have one: its words are all there is to go by. */
export function shareOfBest(words: number, bestWords: number): number {
  return stepsOf(words, bestWords) / steps
}

/** A side of a fused score: `weight · share`, and the score is the sum of both sides, to the last bit. */
export type Side = { weight: number; share: number; best: number }

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

function sourceOf(isByWords: boolean, isByMeaning: boolean): MatchSource | undefined {
  if (isByWords) return isByMeaning ? 'both' : 'text'
  return isByMeaning ? 'vector' : undefined
}
