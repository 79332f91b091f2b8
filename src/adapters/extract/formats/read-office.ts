import { OfficeParser } from 'officeparser'
import type { OfficeContentNode } from 'officeparser'
import { ExtractionError } from '../port.ts'
import type { Draft, Piece, Source } from './draft.ts'
import { tablePiece } from './draft.ts'

export type OfficeType = 'docx' | 'pptx' | 'xlsx' | 'odt' | 'odp' | 'ods' | 'rtf' | 'epub'

/** Office documents and books by their structure; slides count as pages. External parts are never fetched. */
export async function readOffice({ bytes, password = '' }: Source, fileType: OfficeType): Promise<Draft> {
  const document = await OfficeParser.parseOffice(bytes, {
    fileType,
    password,
    ignoreSlideMasters: true,
    extractAttachments: false,
    ocr: false,
    onWarning: () => {},
  }).catch(refuse)
  const { headers = [], footers = [] } = document.auxiliary ?? {}
  const pieces = [...onceEach(headers), ...document.content, ...onceEach(footers)].flatMap((node) =>
    nodePieces(node),
  )
  return { title: document.metadata.title, pieces }
}

function refuse(error: unknown): never {
  const code = officeCode(error)
  if (code === 'PASSWORD_REQUIRED' || code === 'PASSWORD_INCORRECT') {
    throw new ExtractionError('protected', 'The file is protected with a password.')
  }
  if (code?.endsWith('_LIMIT_EXCEEDED') === true) {
    throw new ExtractionError('too_large', 'The file is too large when unpacked.')
  }
  throw new ExtractionError('damaged', 'The file is damaged: it cannot be read as a document.')
}

function officeCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('officeIssue' in error)) return undefined
  const issue = error.officeIssue
  if (typeof issue !== 'object' || issue === null || !('code' in issue)) return undefined
  return typeof issue.code === 'string' ? issue.code : undefined
}

/** A header of every section is the same one again. */
function onceEach(nodes: OfficeContentNode[]): OfficeContentNode[] {
  const seen = new Set<string>()
  return nodes.filter((node) => {
    const text = node.text?.trim() ?? ''
    if (text === '' || seen.has(text)) return false
    seen.add(text)
    return true
  })
}

function nodePieces(node: OfficeContentNode, page?: number): Piece[] {
  switch (node.type) {
    case 'slide':
      return [
        ...childPieces(node, node.metadata?.slideNumber),
        ...notePieces(node, node.metadata?.slideNumber),
      ]
    case 'sheet':
      return sheetPieces(node, page)
    case 'heading':
      return [heading(node.metadata?.level ?? 1, textOf(node), page), ...notePieces(node, page)]
    case 'list':
      return [listPiece(node, page), ...notePieces(node, page)]
    case 'table':
      return rowsPiece(node, page)
    case 'code':
      return [{ kind: 'code', text: textOf(node), page }]
    case 'paragraph':
    case 'text':
    case 'definitionTerm':
    case 'definitionDescription':
      return [
        { kind: 'paragraph', text: textOf(node), page },
        ...nestedTables(node, page),
        ...notePieces(node, page),
      ]
    case 'image':
    case 'slideMaster':
    case 'comment':
    case 'break':
      return []
    case 'page':
    case 'row':
    case 'cell':
    case 'chart':
    case 'drawing':
    case 'header':
    case 'footer':
    case 'note':
    case 'embed':
    case 'admonition':
    case 'definitionList':
    default:
      return hasText(node.children)
        ? childPieces(node, page)
        : [{ kind: 'paragraph', text: textOf(node), page }]
  }
}

function sheetPieces(node: OfficeContentNode & { type: 'sheet' }, page?: number): Piece[] {
  const rows = rowsPiece(node, page)
  return rows.length === 0 ? [] : [heading(2, node.metadata?.sheetName ?? '', page), ...rows]
}

function childPieces(node: OfficeContentNode, page?: number): Piece[] {
  return (node.children ?? []).flatMap((child) => nodePieces(child, page))
}

function hasText(nodes: OfficeContentNode[] | undefined): boolean {
  return nodes?.some((node) => textOf(node).trim() !== '') ?? false
}

/** Footnotes and speaker notes follow what they belong to. */
function notePieces(node: OfficeContentNode, page?: number): Piece[] {
  const own = node.notes ?? []
  const below = node.type === 'slide' ? [] : (node.children ?? []).flatMap((child) => child.notes ?? [])
  return [...own, ...below].map((note) => ({ kind: 'paragraph', text: textOf(note), page }))
}

function nestedTables(node: OfficeContentNode, page?: number): Piece[] {
  return (node.children ?? [])
    .filter((child) => child.type === 'table')
    .flatMap((child) => rowsPiece(child, page))
}

function heading(level: number, text: string, page?: number): Piece {
  return { kind: 'heading', level: Math.min(Math.max(level, 1), 6), text, page }
}

/** Numbered headings arrive as list items in a heading style. */
function listPiece(node: OfficeContentNode & { type: 'list' }, page?: number): Piece {
  const level = /^heading\s*([1-9])$/i.exec(node.metadata?.style ?? '')?.[1]
  if (level !== undefined) return heading(Number(level), textOf(node), page)
  const depth = Math.min(node.metadata?.indentation ?? 0, 8)
  const mark = node.metadata?.listType === 'ordered' ? `${node.metadata.itemIndex + 1}.` : '-'
  return { kind: 'list', text: `${'  '.repeat(depth)}${mark} ${textOf(node)}`, page }
}

function rowsPiece(node: OfficeContentNode, page?: number): Piece[] {
  const rows = (node.children ?? []).filter((row) => row.type === 'row').map(rowCells)
  return [tablePiece(rows, page) ?? []].flat()
}

/** Cells at their columns; a cell that spans several leaves the others blank. */
function rowCells(row: OfficeContentNode): string[] {
  const cells: string[] = []
  for (const cell of row.children ?? []) {
    const column = cell.type === 'cell' ? (cell.metadata?.col ?? cells.length) : cells.length
    // A column far out must not make a row of empty cells up to it.
    while (cells.length < Math.min(column, 200)) cells.push('')
    cells.push(textOf(cell))
  }
  return cells
}

/** Runs join without a space, blocks with one: "First" and "Second" in one cell are two words. */
function textOf(node: OfficeContentNode): string {
  const children = node.children ?? []
  if (children.length === 0) return node.text ?? ''
  const isInline = children.every((child) => child.type === 'text' || child.type === 'break')
  if (isInline) return node.text ?? children.map(textOf).join('')
  const text = children.map(textOf).join(' ')
  return text.trim() === '' ? (node.text ?? '') : text
}
