import { createFusion, explainFusion, type Fuse, type Scores, shareOfBest } from './fuse.ts'
import type { Side } from './hit.ts'
import type { Meaning } from './meaning.ts'
import { scoreUnits } from './score.ts'
import type { AskedPart, Steps } from './steps.ts'

/**
 * A part with the scores of its chunks: by words, their `own` and joined with those around, and by what the query means to
 * its embedder. The mask leaves what the query lets through.
 */
export type Part = AskedPart & { meaning: Meaning | undefined; own: Float64Array; scores: Scores }

/** Scores a part; asked again for the same one, it need not do it again. */
export type ScorePart = (asked: AskedPart) => Part

/** How a chunk's scores become one: by its embedder's meaning of the query, or without one. */
export type Fusions = {
  of: (meaning: Meaning | undefined) => Fuse
  explain: (meaning: Meaning | undefined, words: number, cosine: number) => Sides
}

/** No side where the score is that of the words; words alone where there is no vector beside others that have one. */
export type Sides = { words: Side | undefined; meaning: Side | undefined }

/**
 * Words have one best over all parts, and each embedder has a best of its own. Beside chunks that are compared by meaning,
 * one without a vector counts by its share of the best words.
 */
export function* fuseParts(score: ScorePart): Steps<Fusions> {
  const best = yield* findBest(score)
  const byMeaning = new Map(
    Array.from(best.meanings, ([meaning, most]) => [
      meaning,
      createFusion({ words: best.words, meaning: most }, meaning),
    ]),
  )
  const withoutVector: Fuse = {
    isMatch: (words) => words > 0,
    scoreOf: (words) => shareOfBest(words, best.words),
    mayReach: () => true,
    sourceOf: () => 'text',
  }
  return {
    of: (meaning) => (meaning && byMeaning.get(meaning)) ?? withoutVector,
    explain(meaning, words, cosine) {
      const most = meaning && best.meanings.get(meaning)
      if (most !== undefined)
        return explainFusion({ words: best.words, meaning: most }, meaning!, words, cosine)
      const share = shareOfBest(words, best.words)
      return { words: { weight: 1, share, best: best.words }, meaning: undefined }
    },
  }
}

const wordsAlone: Fuse = {
  isMatch: (words) => words > 0,
  scoreOf: (words) => words / scoreUnits,
  mayReach: (words, _, least) => words >= least * scoreUnits,
  sourceOf: () => 'text',
}

/** Where nothing is compared by meaning, no score depends on the best one. */
export const byWordsAlone: Fusions = {
  of: () => wordsAlone,
  explain: () => ({ words: undefined, meaning: undefined }),
}

/** The best scores of what can be found: by words, and of each embedder whose vectors the caller sees. */
function* findBest(score: ScorePart): Steps<{ words: number; meanings: Map<Meaning, number> }> {
  const best = { words: 0, meanings: new Map<Meaning, number>() }
  yield {
    visit(asked) {
      const { mask, meaning, scores, hasVectors } = score(asked)
      best.words = largestOf(scores.words, mask, best.words)
      if (!meaning || !hasVectors) return
      const most = best.meanings.get(meaning) ?? 0
      best.meanings.set(meaning, scores.meaning ? largestOf(scores.meaning, mask, most) : most)
    },
  }
  return best
}

function largestOf(values: Float64Array, mask: Uint8Array | undefined, before: number): number {
  let most = before
  for (let chunk = 0; chunk < values.length; chunk++)
    if (values[chunk]! > most && mask?.[chunk] !== 0) most = values[chunk]!
  return most
}
