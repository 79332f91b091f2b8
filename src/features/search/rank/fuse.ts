/** How a chunk was found. */
export type MatchSource = 'text' | 'vector' | 'both'

/** The two scores of a segment's chunks, each in units of its own; 0 is no match. */
export type Scores = { words: Float64Array; meaning: Float64Array | undefined }

/** The largest scores among what a query can find. */
export type Best = { words: number; meaning: number }

/** Steps of each side's share of its best, and of the weight between the sides: a score is an integer over both. */
const steps = 2 ** 20
const weightSteps = 1024

/**
 * `share · meaning / best meaning + (1 − share) · words / best words`, from 0 to 1, in integers: a convex combination of
 * both scores after each was divided by its best (Bruch, Gai and Ingber 2023, "An analysis of fusion functions for
 * hybrid retrieval"). Ranks instead of scores (RRF) are worse here than words alone on several English sets. Rounded
 * up, so that a match is never 0.
 */
export function createFusion(best: Best, share: number): (words: number, meaning: number) => number {
  const weight = Math.round(share * weightSteps)
  return (words, meaning) => {
    const byWords = words > 0 ? Math.ceil((words / best.words) * steps) : 0
    const byMeaning = meaning > 0 ? Math.ceil((meaning / best.meaning) * steps) : 0
    return (weight * byMeaning + (weightSteps - weight) * byWords) / (steps * weightSteps)
  }
}

export function sourceOf(words: number, meaning: number): MatchSource {
  if (meaning === 0) return 'text'
  return words === 0 ? 'vector' : 'both'
}
