import type { Block, Extraction } from '#adapters/extract/port.ts'
import { splitLines, splitSentences, trimSpan } from './split-text.ts'
import type { Span } from './split-text.ts'

/** What a chunk is made of and what is never cut: a heading, a paragraph or a sentence of a long one, a table row. */
export type Unit = Span & {
  kind: 'heading' | 'table-header' | 'text'
  /** Of the innermost heading in force, 1 to 6; 0 where there is none. */
  level: number
  path: string
  /** For a row below its table's header: that header. */
  tableHeader: string
}

/** Leaves room in a chunk for the heading above its first unit. */
const roomForHeading = 0.85

/** A character can be two code units, and is not cut. */
const leastUnit = 2

/**
 * The text as units in order, none longer than `maxChars`, none blank, and no other character left out. One at a time: a table
 * may have a million rows.
 */
export function* splitBlocks({ text, blocks }: Extraction, maxChars: number): Generator<Unit> {
  const maxUnit = Math.max(leastUnit, Math.floor(maxChars * roomForHeading))
  const outline = new Outline()
  for (const block of withGaps(blocks, text.length)) {
    const span = trimSpan(text, block.start, block.end)
    if (!span) continue
    if (block.kind === 'heading') outline.enter(block.level, text.slice(span.start, span.end))
    for (const unit of blockUnits(text, block, span, maxUnit)) {
      yield { kind: 'text', tableHeader: '', ...unit, level: outline.level, path: outline.path }
    }
  }
}

type Plain = Span & { kind?: Unit['kind']; tableHeader?: string }

function blockUnits(text: string, block: Block, span: Span, maxUnit: number): Iterable<Plain> {
  if (block.kind === 'table') return tableUnits(text, span, block.headerEnd, maxUnit)
  const isShort = span.end - span.start <= maxUnit
  if (block.kind === 'heading' && isShort) return [{ ...span, kind: 'heading' }]
  if (isShort) return [span]
  return block.kind === 'paragraph' ? splitSentences(text, span, maxUnit) : splitLines(text, span, maxUnit)
}

/** A header that fills half a unit is repeated for no row: the rows would drown in it. */
function* tableUnits(text: string, span: Span, headerEnd: number, maxUnit: number): Generator<Plain> {
  const header = trimSpan(text, span.start, Math.min(headerEnd, span.end))
  const rows = splitLines(text, { start: header?.end ?? span.start, end: span.end }, maxUnit)
  if (!header) return yield* rows
  if (header.end - header.start > maxUnit / 2) {
    yield* splitLines(text, header, maxUnit)
    return yield* rows
  }
  const tableHeader = text.slice(header.start, header.end)
  yield { ...header, kind: 'table-header' }
  for (const row of rows) yield { ...row, tableHeader }
}

/** What lies between the blocks, should a reader have left some, counts as paragraphs. */
function* withGaps(blocks: Block[], length: number): Generator<Block> {
  let at = 0
  for (const block of blocks) {
    if (block.start > at) yield { kind: 'paragraph', start: at, end: block.start }
    yield block
    at = block.end
  }
  if (length > at) yield { kind: 'paragraph', start: at, end: length }
}

const maxTitleChars = 120

/** The headings in force while the text is walked through. */
class Outline {
  #open: { level: number; title: string }[] = []

  enter(level: number, heading: string): void {
    const title = heading.replace(/^#{1,6}\s+/, '').replaceAll(/\s+/g, ' ')
    this.#open = this.#open.filter((above) => above.level < level)
    this.#open.push({ level, title: shortened(title) })
  }

  get level(): number {
    return this.#open.at(-1)?.level ?? 0
  }

  get path(): string {
    return this.#open.map(({ title }) => title).join(' › ')
  }
}

function shortened(title: string): string {
  if (title.length <= maxTitleChars) return title
  return `${title
    .slice(0, maxTitleChars - 1)
    .toWellFormed()
    .replace(/\ufffd$/, '')}…`
}
