import type { Corpus } from '../rank/corpus.ts'
import { countChunks } from '../rank/count-chunks.ts'
import { normalise } from '../terms/normalise.ts'
import { countDocuments, readableDocuments, readVocabulary, type Vocabulary } from './vocabulary.ts'

/**
 * The words a caller may read that go on from what was typed, those that most readable files and then chunks have first,
 * then by the alphabet. Words of files that are gone or not theirs are as if they were not there.
 */
export async function completeWord(
  typed: string,
  corpus: Corpus,
  readable: ReadonlySet<string> | undefined,
  limit: number,
): Promise<string[]> {
  const prefix = normalise(typed)
  const found = new Map<string, number>()
  await corpus.walk(async ({ segment }) => {
    const vocabulary = await readVocabulary(segment)
    const isReadable = readableDocuments(segment, readable)
    for (let w = firstWith(vocabulary, prefix); w < vocabulary.words.length; w++) {
      const word = vocabulary.words[w]!
      if (!word.startsWith(prefix)) break
      const files = countDocuments(vocabulary, w, isReadable)
      if (word !== prefix && files > 0) found.set(word, (found.get(word) ?? 0) + files)
    }
  }, readable)
  const likely = [...found]
    .sort(mostFirst)
    .slice(0, maxCounted)
    .map(([word]) => word)
  if (likely.length === 0) return []
  const counts = await corpus.run(countChunks(likely), readable)
  return likely
    .map((word, i) => [word, counts[i]!] as const)
    .sort(mostFirst)
    .slice(0, limit)
    .map(([word]) => word)
}

/** Two letters begin hundreds of words; only those that most files have are counted by chunks, 20 µs each. */
const maxCounted = 100

type Counted = readonly [word: string, count: number]

const mostFirst = (a: Counted, b: Counted) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)

/** The word being typed at the end of a text, or undefined when the last one is done. */
export function lastWordOf(text: string): string | undefined {
  return /[\p{L}\p{M}]+$/u.exec(text)?.[0]
}

function firstWith({ words }: Vocabulary, prefix: string): number {
  let [low, high] = [0, words.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (words[middle]! < prefix) low = middle + 1
    else high = middle
  }
  return low
}
