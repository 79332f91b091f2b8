import type { Extraction, Page } from '#adapters/extract/port.ts'
import { packUnits } from './pack-units.ts'
import { splitBlocks } from './split-blocks.ts'
import type { Unit } from './split-blocks.ts'

/** A unit of retrieval. Offsets are UTF-16 code units into the extraction's text, `end` exclusive. */
export type Chunk = {
  /** From 0, in the order of the text. */
  ordinal: number
  start: number
  end: number
  /** Exactly `text.slice(start, end)` of the extraction; neither end is white space. */
  text: string
  /** Where it starts; undefined for formats without pages. */
  page: number | undefined
  /** Headings in force where its content starts, outermost first, as "A › B"; those further down are in its text. */
  heading: string
  /** The table's header rows when the chunk goes on with a table that started earlier; otherwise empty. */
  tableHeader: string
}

export type ChunkLimits = {
  /** A chunk is closed before what would make it longer. */
  targetChars: number
  /** No chunk is longer. */
  maxChars: number
  /** By size, headings end no chunk. */
  by: 'structure' | 'size'
  /** Characters a chunk repeats of the text before it, from the beginning of a word. */
  overlap: number
}

const defaults: ChunkLimits = { targetChars: 1200, maxChars: 2000, by: 'structure', overlap: 0 }

/**
 * Cuts a text along its structure: under one heading where a section is worth a chunk, at sentence ends, between
 * table rows. Each character that is not white space is in exactly one, and in the next too where an overlap is asked for. The same
 * extraction always gives the same chunks, and a text within the target is one.
 */
export function* chunkExtraction(
  extraction: Extraction,
  limits: Partial<ChunkLimits> = {},
): Generator<Chunk> {
  const all = { ...defaults, ...limits }
  const units = splitBlocks(extraction, all.maxChars)
  const isOne = extraction.text.trim().length <= all.targetChars
  let ordinal = 0
  for (const group of isOne ? [[...units]] : packUnits(units, all)) {
    const chunk = chunkOf(extraction, group, ordinal, all)
    if (chunk) yield chunk
    ordinal++
  }
}

function chunkOf(
  { text, pages }: Extraction,
  units: Unit[],
  ordinal: number,
  limits: ChunkLimits,
): Chunk | undefined {
  const first = units[0]
  const last = units.at(-1)
  if (!first || !last) return undefined
  const content = units.find((unit) => unit.kind !== 'heading') ?? last
  const start = ordinal === 0 ? first.start : startWithOverlap(text, first.start, last.end, limits)
  return {
    ordinal,
    start,
    end: last.end,
    text: text.slice(start, last.end),
    page: pageAt(pages, first.start),
    heading: content.path,
    tableHeader: first.tableHeader,
  }
}

/** From the beginning of a word at most `overlap` before, as far as the chunk does not grow too long. */
function startWithOverlap(
  text: string,
  start: number,
  end: number,
  { overlap, maxChars }: ChunkLimits,
): number {
  const earliest = Math.max(0, start - overlap, end - maxChars)
  if (earliest >= start) return start
  const word = /\s(?=\S)/.exec(text.slice(earliest, start))
  return word ? earliest + word.index + 1 : start
}

/** The last page that starts at or before an offset. */
function pageAt(pages: Page[], offset: number): number | undefined {
  let low = 0
  let high = pages.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((pages[middle]?.start ?? 0) <= offset) low = middle + 1
    else high = middle
  }
  return (pages[low - 1] ?? pages[0])?.number
}
