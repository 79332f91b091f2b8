import { splitSentences, type Span } from './split-sentences.ts'

/** A chunk with the places where it has words of the question. */
export type Passage = {
  text: string
  language: string
  /** Places in `text`, by the number of the word. */
  matches: readonly { start: number; end: number; word: number }[]
  /** Numbers of the words that the heading above it has. */
  headingWords: ReadonlySet<number>
}

export type Evidence = Span & {
  passage: number
  /** Share of the question's weight that the sentence carries, its heading and chunk counted at a discount: 0 to 1. */
  strength: number
}

/** A word found in the heading above, or elsewhere in the chunk, says less than one in the sentence itself. */
const headingShare = 0.6
const chunkShare = 0.35
/** A further sentence must bring this much of the question's weight that the earlier ones lack. */
const worthAdding = 0.15
const maxSentences = 3
const maxQuoteChars = 600

type Candidate = Evidence & { own: ReadonlySet<number> }

/**
 * The sentences that carry most of the question's weight: the best one, then those that add words it lacks. Passages
 * come best first, and the earlier one wins between equals.
 * @param weights one a word of the question, 0 for words that only ask
 */
export function selectEvidence(weights: readonly number[], passages: readonly Passage[]): Evidence[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  if (total === 0) return []
  const candidates = passages.flatMap((passage, i) => weigh(weights, passage, i, total))
  const first = best(candidates, (candidate) => candidate.strength)
  if (!first || first.strength === 0) return []
  const chosen = [first]
  const found = new Set(first.own)
  const gain = ({ own }: Candidate) =>
    sumOf(
      weights,
      [...own].filter((word) => !found.has(word)),
    ) / total
  while (chosen.length < maxSentences) {
    const next = best(candidates, gain)
    if (!next || gain(next) < worthAdding) break
    chosen.push(next)
    for (const word of next.own) found.add(word)
  }
  return chosen
}

function weigh(weights: readonly number[], passage: Passage, index: number, total: number): Candidate[] {
  const inChunk = new Set(passage.matches.map(({ word }) => word))
  return splitSentences(passage.text, passage.language)
    .filter(({ start, end }) => end - start <= maxQuoteChars)
    .map(({ start, end }) => {
      const inside = passage.matches.filter((match) => match.start >= start && match.end <= end)
      const own = new Set(inside.map(({ word }) => word).filter((word) => weights[word] !== 0))
      const carried = weights.reduce(
        (sum, weight, word) => sum + weight * shareOf(word, own, passage, inChunk),
        0,
      )
      return { start, end, passage: index, own, strength: own.size === 0 ? 0 : carried / total }
    })
}

function shareOf(
  word: number,
  own: ReadonlySet<number>,
  passage: Passage,
  inChunk: ReadonlySet<number>,
): number {
  if (own.has(word)) return 1
  if (passage.headingWords.has(word)) return headingShare
  return inChunk.has(word) ? chunkShare : 0
}

function sumOf(weights: readonly number[], words: readonly number[]): number {
  return words.reduce((sum, word) => sum + (weights[word] ?? 0), 0)
}

function best(
  candidates: readonly Candidate[],
  value: (candidate: Candidate) => number,
): Candidate | undefined {
  let top: Candidate | undefined
  for (const candidate of candidates) if (!top || value(candidate) > value(top)) top = candidate
  return top
}
