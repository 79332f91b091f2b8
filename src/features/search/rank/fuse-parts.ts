import { createFusion, explainFusion, type Fuse, type Scores, shareOfBest, type Side } from './fuse.ts'
import type { Meaning } from './meaning.ts'
import type { ReadableSegment } from './readable.ts'
import { scoreUnits } from './score.ts'

/** A segment as one caller sees it, with what the query means to its embedder, and the scores of its chunks. */
export type Part = ReadableSegment & { spaceId: string; meaning: Meaning | undefined; scores: Scores }

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
export function fuseParts(parts: readonly Part[]): Fusions {
  const best = findBest(parts)
  if (best.meanings.size === 0)
    return { of: () => byWordsAlone, explain: () => ({ words: undefined, meaning: undefined }) }
  const byMeaning = new Map(
    Array.from(best.meanings, ([meaning, most]) => [
      meaning,
      createFusion({ words: best.words, meaning: most }, meaning),
    ]),
  )
  const withoutVector: Fuse = (words) =>
    words > 0 ? { score: shareOfBest(words, best.words), source: 'text' } : undefined
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

const byWordsAlone: Fuse = (words) => (words > 0 ? { score: words / scoreUnits, source: 'text' } : undefined)

/** Does the caller see chunks that are compared by meaning? */
export function isCompared({ meaning, hasVectors }: Pick<Part, 'meaning' | 'hasVectors'>): boolean {
  return meaning !== undefined && hasVectors
}

/** The best scores of what can be found: by words, and of each embedder. */
function findBest(parts: readonly Part[]) {
  const best = { words: 0, meanings: new Map<Meaning, number>() }
  for (const part of parts) {
    const { mask, meaning, scores } = part
    let most = (meaning && best.meanings.get(meaning)) ?? 0
    for (let chunk = 0; chunk < scores.words.length; chunk++) {
      if (mask?.[chunk] === 0) continue
      if (scores.words[chunk]! > best.words) best.words = scores.words[chunk]!
      if (scores.meaning && scores.meaning[chunk]! > most) most = scores.meaning[chunk]!
    }
    if (meaning && isCompared(part)) best.meanings.set(meaning, most)
  }
  return best
}
