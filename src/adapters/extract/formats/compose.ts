import { ExtractionError } from '../port.ts'
import type { Block, Box, Extraction, Page } from '../port.ts'
import { cleanText } from './clean-text.ts'
import type { Draft, Line, Piece } from './draft.ts'
import { placeLines } from './place-lines.ts'

/**
 * Joins a draft's pieces into one text, with a blank line between them, and says where each lies.
 * Throws `too_large` past `maxTextChars` and `no_text` when nothing is left.
 */
export function composeText(draft: Draft, maxTextChars: number): Omit<Extraction, 'mediaType' | 'language'> {
  const blocks: Block[] = []
  const pages: Page[] = []
  const boxes: Box[] = []
  const parts: string[] = []
  let end = 0
  for (const { piece, text, headerChars } of written(draft.pieces)) {
    const start = parts.length === 0 ? 0 : end + 2
    end = start + text.length
    if (end > maxTextChars) throw tooMuchText(maxTextChars)
    parts.push(text)
    blocks.push(blockOf(piece, start, end, headerChars))
    extendPages(pages, piece.page, start, end)
    if (piece.lines && piece.page !== undefined)
      boxes.push(...placeLines(text, start, piece.lines, piece.page))
  }
  const text = parts.join('\n\n')
  // A hundred thousand brackets are nothing that anybody could look for.
  if (!/[\p{L}\p{N}\p{S}]/u.test(text)) throw new ExtractionError('no_text', 'The file contains no text.')
  return { text, pages, blocks, boxes, pageSizes: draft.pageSizes ?? [], title: cleanTitle(draft.title) }
}

export function tooMuchText(maxTextChars: number): ExtractionError {
  const most = maxTextChars.toLocaleString('en')
  return new ExtractionError('too_large', `The file contains more text than the ${most} characters allowed.`)
}

type OpenList = { piece: Piece; texts: string[]; lines: Line[] }
type Written = { piece: Piece; text: string; headerChars: number }

/** Pieces as text, blank ones left out, list items that follow each other as one list. */
function* written(pieces: Iterable<Piece>): Generator<Written> {
  let list: OpenList | undefined
  for (const piece of pieces) {
    if (piece.kind === 'list' && list && list.piece.page === piece.page) {
      list.texts.push(piece.text)
      list.lines.push(...(piece.lines ?? []))
      continue
    }
    if (list) yield* writeList(list)
    list = piece.kind === 'list' ? { piece, texts: [piece.text], lines: [...(piece.lines ?? [])] } : undefined
    if (!list) yield* writePiece(piece)
  }
  if (list) yield* writeList(list)
}

function writeList({ piece, texts, lines }: OpenList) {
  const { page } = piece
  return writePiece({ kind: 'list', text: texts.join('\n'), lines, page })
}

function* writePiece(piece: Piece): Generator<Written> {
  if (piece.kind === 'table') {
    const header = cleanText(piece.header)
    const text = [header, ...piece.rows.map(cleanText)].join('\n')
    yield { piece, text, headerChars: header.length }
    return
  }
  const body = cleanText(piece.text)
  if (body.trim() === '') return
  const text = bodyText(piece, body)
  yield { piece, text, headerChars: 0 }
}

function blockOf(piece: Piece, start: number, end: number, headerChars: number): Block {
  if (piece.kind === 'heading') return { kind: 'heading', level: piece.level, start, end }
  if (piece.kind === 'table') return { kind: 'table', start, end, headerEnd: start + headerChars }
  return { kind: piece.kind, start, end }
}

function extendPages(pages: Page[], number: number | undefined, start: number, end: number) {
  if (number === undefined) return
  const last = pages.at(-1)
  if (last?.number === number) last.end = end
  else pages.push({ number, start, end })
}

/** Code and lists keep the indent of their first line. Lines were trimmed at their ends already. */
function bodyText(piece: Exclude<Piece, { kind: 'table' }>, body: string): string {
  if (piece.kind === 'heading') return `${'#'.repeat(piece.level)} ${oneLine(body)}`
  return piece.kind === 'paragraph' ? body.trim() : body.replace(/^\n+/, '').trimEnd()
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim()
}

/** Longer than any real title is a mistake of the program that wrote it. */
const maxTitleChars = 300

function cleanTitle(title: string | undefined): string | undefined {
  const line = oneLine(cleanText(title ?? '')).slice(0, maxTitleChars)
  return line === '' ? undefined : line.toWellFormed()
}
