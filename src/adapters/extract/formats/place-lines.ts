import type { Box } from '../port.ts'
import type { Line } from './draft.ts'

/**
 * Where the lines of a piece lie in its written text: letters and digits are followed one after the other, so that hyphens, marks
 * and white space between them do not matter. What cannot be found is not placed.
 */
export function placeLines(text: string, start: number, lines: Line[], page: number): Box[] {
  const { letters, offsets } = follow(text)
  let from = 0
  return lines.flatMap(({ text: line, ...box }): Box[] => {
    const wanted = follow(line).letters
    const at = wanted === '' ? -1 : letters.indexOf(wanted, from)
    if (at === -1) return []
    from = at + wanted.length
    const first = offsets[at] ?? 0
    const last = offsets[from - 1] ?? first
    return [{ page, start: start + first, end: start + last + 1, ...rounded(box) }]
  })
}

function follow(text: string): { letters: string; offsets: number[] } {
  const offsets: number[] = []
  let letters = ''
  for (const match of text.matchAll(/[\p{L}\p{N}]/gu)) {
    for (const unit of match[0].normalize('NFKC').toLowerCase()) {
      letters += unit
      for (let i = 0; i < unit.length; i++) offsets.push(match.index + match[0].length - 1)
    }
  }
  return { letters, offsets }
}

/** A tenth of a point is a thirtieth of a millimetre. */
function rounded({ x, y, width, height }: Omit<Line, 'text'>): Omit<Line, 'text'> {
  const round = (value: number) => Math.round(value * 10) / 10
  return { x: round(x), y: round(y), width: round(width), height: round(height) }
}
