import type { ExtractionError } from '../port.ts'

/** What a reader makes of one format, before it becomes one text with offsets. */
export type Draft = {
  /** Where only the reader can tell. */
  mediaType?: string
  title?: string | undefined
  pieces: Piece[]
  /** Pages of a PDF as they are seen, in points. */
  pageSizes?: PageSize[]
}

export type PageSize = { number: number; width: number; height: number }

/** `page` counts from 1 and never falls; pieces without a page belong to none. */
export type Piece = { page?: number | undefined; lines?: Line[] } & (
  | { kind: 'heading'; level: number; text: string }
  | { kind: 'paragraph' | 'list' | 'code'; text: string }
  | { kind: 'table'; header: string; rows: string[] }
)

/** A part of a piece's text with its place on the page, in points from the top left. */
export type Line = { text: string; x: number; y: number; width: number; height: number }

export type Source = {
  bytes: Buffer
  fileName: string
  /** More characters than this are refused as `too_large`; readers that grow a text check as they go. */
  maxTextChars: number
  /** Opens what is protected. */
  password: string | undefined
  /** How text in pictures is recognised; undefined when it is not. */
  recognition: Recognition | undefined
  onProgress: (done: number, total: number) => void
  nested: Nested
}

/** `languages` are names of tesseract, joined by a plus; their data lie in `directory`. */
export type Recognition = { languages: string; directory: string }

/** What is left for documents within documents, however deep: an archive may hold itself. */
export type Nested = {
  depth: number
  budget: { files: number; bytes: number }
  read: (source: Source) => Promise<Draft | ExtractionError>
}

/** Writes rows as a Markdown table, the first as its header; undefined when no cell holds anything. */
export function tablePiece(rows: string[][], page?: number): Extract<Piece, { kind: 'table' }> | undefined {
  const filled = rows.filter((cells) => cells.some((cell) => cell.trim() !== ''))
  const [first, ...rest] = filled
  if (!first) return undefined
  const width = filled.reduce((widest, cells) => Math.max(widest, cells.length), 0)
  const header = `${tableRow(first, width)}\n|${' --- |'.repeat(width)}`
  return { kind: 'table', header, rows: rest.map((cells) => tableRow(cells, width)), page }
}

/** One line; a cell's own lines and bars would otherwise end the row or the cell. */
export function tableRow(cells: string[], width = cells.length): string {
  const line = cells.map((cell) => cell.replaceAll(/\s+/g, ' ').trim().replaceAll('|', '\\|'))
  while (line.length < width) line.push('')
  return `| ${line.join(' | ')} |`
}
