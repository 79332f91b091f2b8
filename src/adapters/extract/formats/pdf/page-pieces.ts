import type { FormField, LayoutBlock, ParsedPage, Rect, TextItem } from '@llamaindex/liteparse'
import type { Line, Piece } from '../draft.ts'
import { tablePiece } from '../draft.ts'
import { paragraphs } from '../read-text.ts'
import type { Spellings } from './open-original.ts'
import { lostLetters } from './lost-letters.ts'
import { tableRows } from './table-rows.ts'

/**
 * A page by its layout, or line by line when the layout lost letters: a table that is guessed where there is none drops
 * the text beside it (one contract of twelve lost a third of a page). Hyphens that are joined at line ends cost no letters.
 */
export function pagePieces(page: ParsedPage, blocks: LayoutBlock[], spellings: Spellings): Piece[] {
  const spell = speller(spellings)
  const fields = fieldPieces(page, spell)
  if (lostLetters(page) > 0.02) {
    const lines = page.textItems.map(lineOf)
    return [
      ...paragraphs(spell(unpadded(page.text)), page.pageNum).map((piece) => ({ ...piece, lines })),
      ...fields,
    ]
  }
  const clean = page.text.includes('*') ? spell : (text: string) => spell(dropEmphasis(text))
  return [...blocks.flatMap((block) => blockPiece(block, page, clean) ?? []), ...fields]
}

function blockPiece(
  block: LayoutBlock,
  page: ParsedPage,
  clean: (text: string) => string,
): Piece | undefined {
  const text = clean(block.text ?? block.lines?.join('\n') ?? '')
  const place = { page: page.pageNum, lines: linesIn(block, page) }
  switch (block.kind) {
    case 'heading':
      return { kind: 'heading', level: Math.min(Math.max(block.level ?? 1, 1), 6), text, ...place }
    case 'list_item':
      return { kind: 'list', text: `${'  '.repeat(indent(block))}${block.marker ?? '-'} ${text}`, ...place }
    case 'table': {
      const table = tablePiece(
        tableRows(block).map((cells) => cells.map(clean)),
        page.pageNum,
      )
      return table && { ...table, ...place }
    }
    case 'rule':
    case 'figure':
      return undefined
    case 'code':
    case 'grid_fallback':
    case 'paragraph':
    default:
      // What looks like code in a PDF is mostly a contract set in a typewriter face.
      return { kind: 'paragraph', text, ...place }
  }
}

/** The lines of text whose middle lies in a block; a block that has none is one itself. */
function linesIn(block: LayoutBlock, page: ParsedPage): Line[] {
  const { bbox } = block
  if (!bbox) return []
  const lines = page.textItems.filter((item) => isIn(item, bbox)).map(lineOf)
  return lines.length > 0 ? lines : [{ text: block.text ?? '', ...bbox }]
}

function lineOf({ text, x, y, width, height }: TextItem): Line {
  return { text, x, y, width, height }
}

function isIn({ x, y, width, height }: Rect, box: Rect): boolean {
  const [middleX, middleY] = [x + width / 2, y + height / 2]
  return middleX >= box.x && middleX <= box.x + box.width && middleY >= box.y && middleY <= box.y + box.height
}

function indent(block: LayoutBlock): number {
  return Math.min(Math.max(block.level ?? 0, 0), 6)
}

/** What was filled into a form: "name: value" a line. What nobody filled in is on the page already. */
function fieldPieces({ formFields = [], pageNum }: ParsedPage, clean: (text: string) => string): Piece[] {
  return formFields.flatMap((field): Piece[] => {
    const value = filledIn(field)
    if (value === '') return []
    const name = field.alternateName ?? field.name ?? ''
    const lines = field.rect ? [{ text: value, ...field.rect }] : []
    return [
      { kind: 'list', text: clean(`- ${name === '' ? '' : `${name}: `}${value}`), page: pageNum, lines },
    ]
  })
}

function filledIn({ type, value = '', checked, selectedOptions }: FormField): string {
  if (type === 'pushbutton' || type === 'signature') return ''
  if (type === 'checkbox' || type === 'radiobutton') return checked === true ? 'yes' : ''
  return value.trim() === '' ? selectedOptions.join(', ') : value.trim()
}

/** Gives words of a page their own quotation marks and dashes back. */
function speller(spellings: Spellings): (text: string) => string {
  if (spellings.size === 0) return (text) => text
  return (text) => text.replaceAll(/\S*['"-]\S*/g, (word) => spellings.get(word) ?? word)
}

/** The parser marks bold and italic runs with asterisks, not always at word ends; on a page with asterisks of its own they stay. */
function dropEmphasis(text: string): string {
  return text.replaceAll('*', '')
}

/** The spatial text shows columns by runs of spaces. */
function unpadded(text: string): string {
  return text.replaceAll(/[ \t]+/g, ' ').replaceAll('\n ', '\n')
}
