import WordExtractor from 'word-extractor'
import type { Draft, Piece, Source } from '../draft.ts'
import { tablePiece } from '../draft.ts'
import { paragraphs } from '../read-text.ts'

/** A Word document of 97 to 2003: headers, body, text boxes, notes. Its styles are not known, so it has no headings. */
export async function readWord({ bytes }: Source): Promise<Draft> {
  const document = await new WordExtractor().extract(bytes)
  const parts = [
    document.getHeaders({ includeFooters: false }),
    document.getBody(),
    document.getTextboxes(),
    document.getFootnotes(),
    document.getEndnotes(),
    document.getFooters(),
  ]
  return { mediaType: 'application/msword', pieces: parts.flatMap(partPieces) }
}

/** Cells end with tabs, and a paragraph is a line. */
function partPieces(text: string): Piece[] {
  const pieces: Piece[] = []
  let rows: string[][] = []
  const endTable = () => {
    pieces.push(...[tablePiece(rows) ?? []].flat())
    rows = []
  }
  for (const line of text.split(/\r\n?|\n/)) {
    const cells = line.replace(/\t$/, '').split('\t')
    if (cells.length > 1 && line.endsWith('\t')) {
      rows.push(cells)
      continue
    }
    endTable()
    pieces.push(...paragraphs(line))
  }
  endTable()
  return pieces
}
