import { once } from 'node:events'
import { stripVTControlCharacters, styleText } from 'node:util'

/** The only way to the terminal. Results go to standard output, everything else to standard error. */
export type Output = {
  isJson: boolean
  /** Whether a person is watching, so that one line may be drawn again and again. */
  isTerminal: boolean
  columns: number
  /** A line of the result for people; nothing with `--json`. */
  line: (text?: string) => void
  /** A line of the result for programs; nothing without `--json`. */
  json: (value: unknown) => void
  /** A result that is passed on as it comes, no faster than it is taken. */
  bytes: (pieces: AsyncIterable<Uint8Array>) => Promise<void>
  note: (text: string) => void
  /** Replaces what `redraw` wrote before; '' takes it away. Does nothing where nobody watches. */
  redraw: (text: string) => void
}

export function openOutput(isJson = false): Output {
  const isTerminal = process.stderr.isTTY && process.stdout.isTTY && !isJson
  // `bulkhead search … | head` closes the pipe early, and that is no failure.
  process.stdout.once('error', endQuietly)
  return {
    isJson,
    isTerminal,
    // A terminal that does not know its width says 0.
    columns: process.stdout.columns || 100,
    line: (text = '') => void (isJson || process.stdout.write(`${text}\n`)),
    json: (value) => void (isJson && process.stdout.write(`${JSON.stringify(value)}\n`)),
    bytes: async (pieces) => {
      for await (const piece of pieces) if (!process.stdout.write(piece)) await once(process.stdout, 'drain')
    },
    note: (text) => void process.stderr.write(`${text}\n`),
    redraw: (text) => void (isTerminal && process.stderr.write(`\r\u001b[2K${text}`)),
  }
}

function endQuietly(error: NodeJS.ErrnoException) {
  if (error.code === 'EPIPE') process.exit()
  throw error
}

export const bold = (text: string) => styleText('bold', text)
export const faint = (text: string) => styleText('dim', text)

/** Text that others wrote, for a terminal: a file name or a quote must not be able to move the cursor or set the title. */
export function printable(text: string): string {
  return stripVTControlCharacters(text).replaceAll(/\p{Cc}+/gu, ' ')
}

/** Columns side by side, each as wide as its widest cell, two blanks apart. */
export function formatTable(rows: string[][]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}

/** Longer lines of text are hard to read, however wide the terminal is. */
export const widestLine = 100

/**
 * Breaks at blanks into lines of at most `width` characters, each behind `indent`; longer words stay whole. Marks for
 * the terminal take no room.
 */
export function wrap(text: string, width: number, indent = ''): string {
  const lines: string[] = []
  let line = indent
  for (const word of text.split(/\s+/)) {
    if (line === indent) line += word
    else if (widthOf(line) + 1 + widthOf(word) <= width) line += ` ${word}`
    else {
      lines.push(line)
      line = indent + word
    }
  }
  return [...lines, line].join('\n')
}

function widthOf(text: string): number {
  return stripVTControlCharacters(text).length
}
