import { read, utils } from '@e965/xlsx'
import type { WorkSheet } from '@e965/xlsx'
import { tooMuchText } from '../compose.ts'
import type { Draft, Piece, Source } from '../draft.ts'
import { tablePiece } from '../draft.ts'

/** A workbook of Excel 97 to 2003 or older: sheets as tables under their names, cells as they are shown. */
export function readSheets({ bytes, maxTextChars }: Source): Draft {
  const book = read(bytes, { type: 'buffer', cellHTML: false, cellFormula: false, bookVBA: false })
  const pieces: Piece[] = []
  let chars = 0
  for (const name of book.SheetNames) {
    const rows = sheetRows(book.Sheets[name])
    chars += rows.reduce((sum, row) => row.reduce((all, cell) => all + cell.length + 3, sum), 0)
    if (chars > maxTextChars) throw tooMuchText(maxTextChars)
    const table = tablePiece(rows)
    if (table) pieces.push({ kind: 'heading', level: 2, text: name }, table)
  }
  return { mediaType: 'application/vnd.ms-excel', title: book.Props?.Title, pieces }
}

/** The range is that of the cells, not what the sheet declares. */
function sheetRows(sheet: WorkSheet | undefined): string[][] {
  if (!sheet) return []
  return utils
    .sheet_to_json<string[]>(sheet, { header: 1, raw: false, defval: '', blankrows: false })
    .map((row) => row.map(String))
}
