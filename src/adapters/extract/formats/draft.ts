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

type Table = Extract<Piece, { kind: 'table' }>

/** Writes rows as a Markdown table, the first as its header; undefined when no cell holds anything. */
export function tablePiece(rows: string[][], page?: number): Table | undefined {
  const table = collectTable()
  for (const cells of rows) table.add(cells)
  return table.piece(page)
}

/** Takes the rows one by one and keeps each as the line that it becomes: cells of a million rows would fill the memory. */
export function collectTable(): {
  add: (cells: string[]) => void
  piece: (page?: number) => Table | undefined
} {
  const lines: string[] = []
  const widths: number[] = []
  return {
    add: (cells) => {
      if (cells.every((cell) => cell.trim() === '')) return
      lines.push(tableRow(cells))
      widths.push(cells.length)
    },
    piece: (page) => {
      const width = widths.reduce((widest, cells) => Math.max(widest, cells), 0)
      const [first, ...rows] = lines.map((line, i) => line + emptyCell.repeat(width - (widths[i] ?? 0)))
      if (first === undefined) return undefined
      return { kind: 'table', header: `${first}\n|${' --- |'.repeat(width)}`, rows, page }
    },
  }
}

/** What a row ends with that has a cell less than the widest. */
const emptyCell = '  |'

/** One line; a cell's own lines and bars would otherwise end the row or the cell. */
export function tableRow(cells: string[]): string {
  const line = cells.map((cell) => cell.replaceAll(/\s+/g, ' ').trim().replaceAll('|', '\\|'))
  return `| ${line.join(' | ')} |`
}
