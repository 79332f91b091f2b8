import { setImmediate } from 'node:timers/promises'
import { unpackWords } from '../block/words.ts'
import type { Segment } from '../index/segment.ts'
import { signatureOf } from './edit-distance.ts'

/**
 * The words of a segment's documents, each once, ascending by UTF-16 units: word `w` is in the documents
 * `documents[starts[w] … starts[w + 1] - 1]`. Whether a document is live or readable is asked when the words are used.
 */
export type Vocabulary = {
  words: string[]
  signatures: Int32Array
  starts: Uint32Array
  documents: Uint32Array
}

/** Kept as long as the documents of their segments, of which only what is live changes. */
const known = new WeakMap<Segment['documents'], Vocabulary>()

/** Read from the packed words when somebody needs them first, in turns with everything else: 100,000 chunks take seconds. */
export async function readVocabulary(segment: Segment): Promise<Vocabulary> {
  const ready = known.get(segment.documents)
  if (ready) return ready
  const byWord = new Map<string, number[]>()
  for (const [document, { words }] of segment.documents.entries()) {
    for (const word of unpackWords(words)) {
      const own = byWord.get(word)
      if (own) own.push(document)
      else byWord.set(word, [document])
    }
    if (document % documentsPerTurn === documentsPerTurn - 1) await setImmediate()
  }
  const vocabulary = layOutWords(byWord)
  known.set(segment.documents, vocabulary)
  return vocabulary
}

/** A string of 8 letters, its head and its place in the list. */
const bytesPerWord = 32

/** Memory of what was read so far. */
export function vocabularyBytes(segment: Segment): number {
  const vocabulary = known.get(segment.documents)
  if (!vocabulary) return 0
  const { signatures, starts, documents } = vocabulary
  return (
    vocabulary.words.length * bytesPerWord + signatures.byteLength + starts.byteLength + documents.byteLength
  )
}

/** Some 20 ms of documents of 30 chunks. */
const documentsPerTurn = 50

function layOutWords(byWord: ReadonlyMap<string, number[]>): Vocabulary {
  const words = [...byWord.keys()].sort()
  const starts = new Uint32Array(words.length + 1)
  for (const [w, word] of words.entries()) starts[w + 1] = starts[w]! + byWord.get(word)!.length
  const documents = new Uint32Array(starts.at(-1)!)
  for (const [w, word] of words.entries()) documents.set(byWord.get(word)!, starts[w])
  return { words, signatures: Int32Array.from(words, signatureOf), starts, documents }
}

/** Tells of a segment's documents which are there for a caller. `readable` undefined: all that are live. */
export type IsReadable = (document: number) => boolean

export function readableDocuments(segment: Segment, readable: ReadonlySet<string> | undefined): IsReadable {
  return (document) =>
    segment.isLive[document] === 1 && readable?.has(segment.documents[document]!.fileId) !== false
}

/** How many readable documents have the word with this number. */
export function countDocuments(
  { starts, documents }: Vocabulary,
  word: number,
  isReadable: IsReadable,
): number {
  let count = 0
  for (let i = starts[word]!; i < starts[word + 1]!; i++) if (isReadable(documents[i]!)) count++
  return count
}
