import { isSpelledWord } from '../block/words.ts'
import type { Corpus } from '../rank/corpus.ts'
import { countChunks } from '../rank/count-chunks.ts'
import type { WeighedWord } from '../rank/rank.ts'
import { tokenise } from '../terms/tokenise.ts'
import { countEdits, maxEditsOf, mayBeNear, signatureOf } from './edit-distance.ts'
import type { Query } from './parse-query.ts'
import { countDocuments, readableDocuments, readVocabulary } from './vocabulary.ts'

/** A word of a query that no readable chunk has, and the word that was looked for instead. */
export type Correction = { word: string; used: string[] }

/** Each costs a look at every word of the spaces: 2 ms of processor time among 17,800 words of 6,800 chunks. */
const maxCorrected = 8

/** The words of a query that are worth a correction, in its order: in no readable chunk, and long enough. */
export function findUnknown({ wanted }: Query, words: readonly WeighedWord[]): string[] {
  const absent = new Set(words.flatMap(({ spellings, df }) => (df === 0 ? [...spellings] : [])))
  const said = new Set(wanted.flatMap(({ text }) => tokenise(text).map((token) => token.text)))
  return [...said]
    .filter((word) => absent.has(word) && maxEditsOf(word) > 0 && isSpelledWord(word))
    .slice(0, maxCorrected)
}

/**
 * For each unknown word the nearest of what this caller may read: fewest edits, then most chunks, then the alphabet. Words of
 * files that are gone or not theirs are as if they were not there.
 */
export async function correctWords(
  unknown: readonly string[],
  corpus: Corpus,
  readable: ReadonlySet<string> | undefined,
): Promise<Correction[]> {
  if (unknown.length === 0) return []
  const searches = unknown.map((word) => ({
    word,
    signature: signatureOf(word),
    edits: maxEditsOf(word) as number,
    nearest: new Set<string>(),
  }))
  await corpus.walk(async ({ segment }) => {
    const vocabulary = await readVocabulary(segment)
    const isReadable = readableDocuments(segment, readable)
    for (const search of searches) {
      for (const [w, candidate] of vocabulary.words.entries()) {
        if (!mayBeNear(search.signature, vocabulary.signatures[w]!, search.edits)) continue
        const edits = countEdits(search.word, candidate, search.edits)
        if (edits === 0 || edits > search.edits || countDocuments(vocabulary, w, isReadable) === 0) continue
        if (edits < search.edits) search.nearest.clear()
        search.edits = edits
        search.nearest.add(candidate)
      }
    }
  }, readable)
  const candidates = [...new Set(searches.flatMap(({ nearest }) => [...nearest]))]
  if (candidates.length === 0) return []
  const counts = await corpus.run(countChunks(candidates), readable)
  const chunksOf = new Map(candidates.map((candidate, i) => [candidate, counts[i]!]))
  return searches.flatMap(({ word, nearest }) => {
    const ranked = Array.from(nearest, (candidate) => ({ candidate, chunks: chunksOf.get(candidate)! })).sort(
      (a, b) => b.chunks - a.chunks || (a.candidate < b.candidate ? -1 : 1),
    )
    return ranked[0] ? [{ word, used: [ranked[0].candidate] }] : []
  })
}

/** The query with its unknown words replaced, as if it had been written so. What it excludes stays as it is. */
export function applyCorrections({ wanted, excluded }: Query, corrections: readonly Correction[]): Query {
  const used = new Map(corrections.map(({ word, used }) => [word, used.join(' ')]))
  const correct = (text: string) => {
    let corrected = ''
    let from = 0
    for (const { text: word, start, end, extra } of tokenise(text)) {
      const instead = extra ? undefined : used.get(word)
      if (instead === undefined) continue
      corrected += text.slice(from, start) + instead
      from = end
    }
    return corrected + text.slice(from)
  }
  return { wanted: wanted.map((part) => ({ ...part, text: correct(part.text) })), excluded }
}
