import { parse } from 'csv-parse/sync'
import type { Draft, Source } from './draft.ts'
import { collectTable } from './draft.ts'
import { decodeText } from './decode-text.ts'
import { readPlainText } from './read-text.ts'

/** Comma, semicolon, tab or bar separated values as one table; text when it is not separated at all. */
export function readDelimited({ bytes }: Source): Draft {
  const text = decodeText(bytes)
  const delimiter = findDelimiter(text)
  if (delimiter === undefined) return readPlainText(text)
  const table = collectTable()
  parse(text, {
    delimiter,
    bom: true,
    relaxQuotes: true,
    relaxColumnCount: true,
    skipEmptyLines: true,
    onRecord: (cells: string[]) => {
      table.add(cells)
      return null
    },
  })
  const piece = table.piece()
  return { pieces: piece ? [piece] : [] }
}

/** The separator that stands equally often in most of the first lines, quoted parts left out. */
function findDelimiter(text: string): string | undefined {
  const lines = text
    .slice(0, 20_000)
    .replaceAll(/"[^"]*"/g, '')
    .split(/\r?\n/)
    .filter((line) => line !== '')
    .slice(0, 20)
  const score = (delimiter: string) => {
    const counts = lines.map((line) => line.split(delimiter).length - 1)
    const first = counts[0] ?? 0
    return first === 0 ? 0 : counts.filter((count) => count === first).length * 100 + Math.min(first, 99)
  }
  const best = [',', ';', '\t', '|'].map((delimiter) => ({ delimiter, score: score(delimiter) }))
  const winner = best.reduce((a, b) => (b.score > a.score ? b : a))
  return winner.score === 0 ? undefined : winner.delimiter
}
