import { LiteParse } from '@llamaindex/liteparse'
import type { LayoutBlock, ParsedPage } from '@llamaindex/liteparse'
import { ExtractionError } from '../port.ts'
import { tooMuchText } from './compose.ts'
import type { Draft, Piece, Source } from './draft.ts'
import { tablePiece } from './draft.ts'
import { dropRunningLines } from './drop-running-lines.ts'
import { paragraphs } from './read-text.ts'

const maxPages = 20_000

/** PDF pages as pieces with their page number. No recognition of pictures: a scan has no text. */
export async function readPdf({ bytes, maxTextChars }: Source): Promise<Draft> {
  const parser = new LiteParse({
    ocrEnabled: false,
    outputFormat: 'markdown',
    imageMode: 'off',
    extractLinks: false,
    extractBlocks: true,
    // Kept here because the parser drops them on every page, the first too; see dropRunningLines.
    keepHeadersFooters: true,
    continueOnPageError: true,
    maxPages,
    numWorkers: 1,
    quiet: true,
  })
  const { pages, totalPages } = await parser.parse(bytes).catch(refuse)
  if (totalPages > maxPages)
    throw new ExtractionError('too_large', `The file has more than ${maxPages} pages.`)
  if (totalPages === 0) throw damaged()
  const chars = pages.reduce((sum, page) => sum + page.text.length, 0)
  // The spatial text is padded with spaces, so that only a gross excess can be told from here.
  if (chars > maxTextChars * 4) throw tooMuchText(maxTextChars)
  return { pieces: dropRunningLines(pages).flatMap(pagePieces) }
}

function refuse(error: unknown): never {
  const message = error instanceof Error ? error.message : ''
  if (/password/i.test(message))
    throw new ExtractionError('protected', 'The file is protected with a password.')
  throw damaged()
}

function damaged(): ExtractionError {
  return new ExtractionError('damaged', 'The file is damaged: it cannot be read as a PDF.')
}

/**
 * A page by its layout, or line by line when the layout lost letters: a table that is guessed where there is none drops
 * the text beside it (one contract of twelve lost a third of a page). Hyphens that are joined at line ends cost no letters.
 */
function pagePieces({ page, blocks }: { page: ParsedPage; blocks: LayoutBlock[] }): Piece[] {
  if (lostLetters(page) > 0.02) return paragraphs(unpadded(page.text), page.pageNum)
  const clean = page.text.includes('*') ? (text: string) => text : dropEmphasis
  return blocks.flatMap((block) => blockPiece(block, page.pageNum, clean) ?? [])
}

function blockPiece(block: LayoutBlock, page: number, clean: (text: string) => string): Piece | undefined {
  const text = clean(block.text ?? block.lines?.join('\n') ?? '')
  switch (block.kind) {
    case 'heading':
      return { kind: 'heading', level: Math.min(Math.max(block.level ?? 1, 1), 6), text, page }
    case 'list_item':
      return { kind: 'list', text: `${'  '.repeat(indent(block))}${block.marker ?? '-'} ${text}`, page }
    case 'table':
      return tablePiece(
        tableRows(block).map((cells) => cells.map(clean)),
        page,
      )
    case 'rule':
    case 'figure':
      return undefined
    case 'code':
    case 'grid_fallback':
    case 'paragraph':
    default:
      // What looks like code in a PDF is mostly a contract set in a typewriter face.
      return { kind: 'paragraph', text, page }
  }
}

function indent(block: LayoutBlock): number {
  return Math.min(Math.max(block.level ?? 0, 0), 6)
}

function tableRows(block: LayoutBlock): string[][] {
  return [block.header ?? [], ...(block.rows ?? [])].map((row) => row.map((cell) => cell.text))
}

/** The parser marks bold and italic runs with asterisks, not always at word ends; on a page with asterisks of its own they stay. */
function dropEmphasis(text: string): string {
  return text.replaceAll('*', '')
}

/** The share of a page's upright letters and digits that its blocks do not have. */
function lostLetters(page: ParsedPage): number {
  const wanted = countLetters(
    page.textItems.filter((item) => (item.rotation ?? 0) === 0).map((item) => item.text),
  )
  const found = countLetters((page.blocks ?? []).flatMap(blockTexts))
  let missing = 0
  let total = 0
  for (const [letter, count] of wanted) {
    total += count
    missing += Math.max(0, count - (found.get(letter) ?? 0))
  }
  return total === 0 ? 0 : missing / total
}

function blockTexts(block: LayoutBlock): string[] {
  return [block.text ?? '', block.marker ?? '', ...(block.lines ?? []), ...tableRows(block).flat()]
}

function countLetters(texts: string[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const text of texts) {
    for (const letter of text.normalize('NFKC')) {
      if (/[\p{L}\p{N}]/u.test(letter)) counts.set(letter, (counts.get(letter) ?? 0) + 1)
    }
  }
  return counts
}

/** The spatial text shows columns by runs of spaces. */
function unpadded(text: string): string {
  return text.replaceAll(/[ \t]+/g, ' ').replaceAll('\n ', '\n')
}
