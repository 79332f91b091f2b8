import { join } from 'node:path'
import { openBuiltinEmbedder } from '../../src/adapters/embedder/builtin/open-embedder.ts'
import { seededRandom } from '../command/seeded-random.ts'
import { readSet } from '../quality/read-set.ts'

/** Vectors of 8 bits one after the other, and of the questions put to them. */
export type Vectors = { width: number; rows: Int8Array; asked: Int8Array[] }

const width = 256

/** Random ones of no direction. */
export function makeVectors(count: number, questions: number): Vectors {
  const random = seededRandom(count)
  const number = () => Math.round((random() + random() + random() - 1.5) * 84)
  return {
    width,
    rows: Int8Array.from({ length: count * width }, number),
    asked: Array.from({ length: questions }, () => Int8Array.from({ length: width }, number)),
  }
}

const model = join(import.meta.dirname, '../../models/static-256')
const wordsOfChunk = 150

/** Those of a collection's texts and questions by the built-in embedder. */
export async function embedSet(folder: string, questions: number): Promise<Vectors> {
  const embedder = await openBuiltinEmbedder(model)
  const { signal } = new AbortController()
  const { documents, queries } = await readSet(folder)
  const texts = documents.flatMap(({ title, text }) => cutText(`${title}\n${text}`))
  const { vectors } = await embedder.embed(texts, signal, 'document')
  const asked = await embedder.embed(
    queries.slice(0, questions).map(({ text }) => text),
    signal,
    'query',
  )
  return { width, rows: vectors, asked: Array.from(asked.scales, (_, i) => rowOf(asked.vectors, i)) }
}

function rowOf(vectors: Int8Array, row: number): Int8Array {
  return vectors.slice(row * width, (row + 1) * width)
}

function cutText(text: string): string[] {
  const words = text.split(/\s+/)
  return Array.from({ length: Math.ceil(words.length / wordsOfChunk) }, (_, i) =>
    words.slice(i * wordsOfChunk, (i + 1) * wordsOfChunk).join(' '),
  )
}
