import { setImmediate } from 'node:timers/promises'
import type { Embedder } from '#adapters/embedder/port.ts'
import { createAnalyser, type Analyse } from '../terms/analyse.ts'
import { familyOf } from '../terms/families.ts'
import { addTerm, createTermTable, type TermTable } from '../terms/table.ts'
import { positionsOf } from '../terms/positions.ts'
import { tokeniseDocument } from '../terms/tokenise-document.ts'
import { type Block, maxCount } from './block.ts'
import { encodeBlock } from './encode.ts'
import { writePositions } from './positions.ts'
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
  const steps = indexChunks(chunks)
  for (;;) {
    const step = steps.next()
    if (step.done) return encodeBlock(step.value)
  }
}

/** A chunk takes some 150 µs: after so many everybody else in this process gets a turn. */
const chunksPerTurn = 32

/** The same in turns with everything else, for files of thousands of chunks: nobody's request waits for a file. */
export async function buildBlockInTurns(
  chunks: readonly IndexableChunk[],
  signal: AbortSignal,
): Promise<Buffer> {
  const steps = indexChunks(chunks)
  for (let done = 1; ; done++) {
    const step = steps.next()
    if (step.done) return encodeBlock(step.value)
    signal.throwIfAborted()
    if (done % chunksPerTurn === 0) await setImmediate()
  }
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

/** A term in a chunk; its positions are the bytes `from … to - 1` of all that were written. */
type Posting = { term: number; chunk: number; count: number; from: number; to: number }

/** What the chunks of a block have in common while it is made. */
type Making = { table: TermTable; postings: Posting[]; positions: BlockWriter; words: Set<string> }

/** Yields after each chunk. */
function* indexChunks(chunks: readonly IndexableChunk[]): Generator<undefined, Block> {
  const families = [...new Set(chunks.map((chunk) => familyOf(chunk.language)))].sort()
  const analysers = new Map(families.map((family) => [family, createAnalyser(family)]))
  const making: Making = {
    table: createTermTable(chunks.length * 64),
    postings: [],
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
  return {
    families,
    ordinals: Uint32Array.from(chunks, (chunk) => chunk.ordinal),
    lengths,
    chunkFamilies: Uint8Array.from(chunks, (chunk) => families.indexOf(familyOf(chunk.language))),
    ...sortPostings(making),
    words: packWords([...making.words].filter(isSpelledWord)),
  }
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
      if (!token.extra) words.add(token.text)
    }
    const count = tokens.filter((token) => !token.extra).length
    length += count
    start += count + partGap
  }
  for (const [term, places] of own) {
    const from = positions.size()
    writePositions(positions, places.sort(ascending))
    postings.push({
      term,
      chunk: number,
      count: Math.min(places.length, maxCount),
      from,
      to: positions.size(),
    })
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

/** Terms in ascending order of their 64 bits, each with its postings. */
function sortPostings({ table, postings, positions }: Making) {
  const { highs, lows, size } = table
  const order = Uint32Array.from({ length: size }, (_, term) => term)
  order.sort((a, b) => highs[a]! - highs[b]! || lows[a]! - lows[b]!)
  const rank = new Uint32Array(size)
  for (const [place, term] of order.entries()) rank[term] = place
  const postingStarts = new Uint32Array(size + 1)
  for (const { term } of postings) postingStarts[rank[term]! + 1]!++
  for (let t = 0; t < size; t++) postingStarts[t + 1]! += postingStarts[t]!
  const next = postingStarts.slice()
  const postingChunks = new Uint32Array(postings.length)
  const postingCounts = new Uint8Array(postings.length)
  const sorted = [...postings]
  for (const posting of postings) {
    const at = next[rank[posting.term]!]!++
    postingChunks[at] = posting.chunk
    postingCounts[at] = posting.count
    sorted[at] = posting
  }
  return {
    termHighs: Uint32Array.from(order, (term) => highs[term]!),
    termLows: Uint32Array.from(order, (term) => lows[term]!),
    postingStarts,
    postingChunks,
    postingCounts,
    positions: inOrder(sorted, positions.written()),
  }
}

/** The positions of postings, one after the other. */
function inOrder(postings: readonly Posting[], written: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(written.length)
  let at = 0
  for (const { from, to } of postings) {
    bytes.set(written.subarray(from, to), at)
    at += to - from
  }
  return bytes
}
