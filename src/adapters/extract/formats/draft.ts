/** What a reader makes of one format, before it becomes one text with offsets. */
export type Draft = { title?: string | undefined; pieces: Piece[] }

/** `page` counts from 1 and never falls; pieces without a page belong to none. */
export type Piece = { page?: number | undefined } & (
  | { kind: 'heading'; level: number; text: string }
  | { kind: 'paragraph' | 'list' | 'code'; text: string }
  | { kind: 'table'; header: string; rows: string[] }
)

export type Source = {
  bytes: Buffer
  fileName: string
  /** More characters than this are refused as `too_large`; readers that grow a text check as they go. */
  maxTextChars: number
}

/** Writes rows as a Markdown table, the first as its header; undefined when no cell holds anything. */
export function tablePiece(rows: string[][], page?: number): Piece | undefined {
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
