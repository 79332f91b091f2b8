import type { Embedder } from '#adapters/embedder/port.ts'
import { createAnalyser, type Analyse } from '../terms/analyse.ts'
import { familyOf } from '../terms/families.ts'
import { addTerm, createTermTable, type TermTable } from '../terms/table.ts'
import { positionsOf } from '../terms/positions.ts'
import { tokeniseDocument } from '../terms/tokenise-document.ts'
import { maxCount } from './block.ts'
import { encodeInSteps } from './encode.ts'
import { writePositions } from './positions.ts'
import { createPostings, type Postings, sortPostings } from './postings.ts'
import { atOnce, inTurns, type Steps } from './steps.ts'
import type { BlockVectors } from './vectors.ts'
import { isSpelledWord, packWords } from './words.ts'
import { type BlockWriter, createBlockWriter } from './write.ts'

/** What of one chunk is searchable. `heading`, `tableHeader` and `title` may be empty. */
export type IndexableChunk = {
  /** Its place in the file, ascending from chunk to chunk. */
  ordinal: number
  text: string
  /** Path of the headings above it. */
  heading: string
  /** Header row of the table it continues. */
  tableHeader: string
  /** The document's title, or its file name without extension. */
  title: string
  /** ISO 639-1 or `und`. */
  language: string
}

/** The packed index of one file version. Pure: the same chunks give the same bytes on every machine. */
export function buildBlock(chunks: readonly IndexableChunk[]): Buffer {
  return atOnce(buildInSteps(chunks))
}

/** The same in turns with everything else, for files of thousands of chunks. */
export function buildBlockInTurns(chunks: readonly IndexableChunk[], signal: AbortSignal): Promise<Buffer> {
  return inTurns(buildInSteps(chunks), signal)
}

/** @throws ModelError, or what `signal` was aborted with */
export async function embedChunks(
  chunks: readonly EmbeddableChunk[],
  embedder: Embedder,
  signal: AbortSignal,
): Promise<BlockVectors> {
  const { id, width } = embedder
  return {
    embedder: id,
    width,
    ...(await embedder.embed(
      chunks.map((chunk) => searchableParts(chunk).join('\n')),
      signal,
      'document',
    )),
  }
}

/** What a document without a title is called: its file's name without the extension. */
export function titleOf(title: string | undefined, fileName: string): string {
  return title ?? fileName.replace(/\.[^.]+$/, '')
}

export type EmbeddableChunk = Pick<IndexableChunk, 'title' | 'heading' | 'tableHeader' | 'text'>

/** What the chunks of a block have in common while it is made. */
type Making = { table: TermTable; postings: Postings; positions: BlockWriter; words: Set<string> }

function* buildInSteps(chunks: readonly IndexableChunk[]): Steps<Buffer> {
  const families = [...new Set(chunks.map((chunk) => familyOf(chunk.language)))].sort()
  const analysers = new Map(families.map((family) => [family, createAnalyser(family)]))
  const making: Making = {
    table: createTermTable(chunks.length * 64),
    postings: createPostings(),
    positions: createBlockWriter(),
    words: new Set(),
  }
  const lengths = new Uint32Array(chunks.length)
  for (const [i, chunk] of chunks.entries()) {
    const family = familyOf(chunk.language)
    const analyse = analysers.get(family)
    if (analyse) lengths[i] = countTerms({ ...chunk, family }, i, analyse, making)
    yield
  }
  return yield* encodeInSteps({
    families,
    ordinals: Uint32Array.from(chunks, (chunk) => chunk.ordinal),
    lengths,
    chunkFamilies: Uint8Array.from(chunks, (chunk) => families.indexOf(familyOf(chunk.language))),
    ...(yield* sortPostings(making.table, making.postings, making.positions.written())),
    words: packWords(making.words),
  })
}

/** Adds a chunk's terms to the postings; returns its length. */
function countTerms(
  chunk: EmbeddableChunk & { family: string },
  number: number,
  analyse: Analyse,
  { table, postings, positions, words }: Making,
): number {
  const own = new Map<number, number[]>()
  let [length, start] = [0, 0]
  for (const part of searchableParts(chunk)) {
    const tokens = tokeniseDocument(part, chunk.family)
    const places = positionsOf(tokens)
    for (const [i, token] of tokens.entries()) {
      const { high, low } = analyse(token)
      const term = addTerm(table, high, low)
      const known = own.get(term)
      if (known) known.push(start + places[i]!)
      else own.set(term, [start + places[i]!])
      if (!token.extra && isSpelledWord(token.text)) words.add(token.text)
    }
    const count = tokens.filter((token) => !token.extra).length
    length += count
    start += count + partGap
  }
  for (const [term, places] of own) {
    postings.add(term, number, Math.min(places.length, maxCount), positions.size())
    writePositions(positions, places.sort(ascending))
  }
  return length
}

/** Title, heading and text are no neighbours: no phrase goes from one into the next. */
const partGap = 16

const ascending = (a: number, b: number) => a - b

/**
 * A chunk is found by what stands above it too: title, headings and table header count as if the chunk repeated them.
 */
function searchableParts({ title, heading, tableHeader, text }: EmbeddableChunk): string[] {
  return [title, heading, tableHeader, text].filter((part) => part !== '')
}
