import type { Draft, Piece } from './draft.ts'

/**
 * Markdown by its lines: headings, fenced code, tables, lists and paragraphs. The text itself stays as written,
 * so that a quote of it is literal. `page` is given to every piece.
 */
export function readMarkdown(markdown: string, page?: number): Draft {
  const lines = markdown.replaceAll(/\r\n?/g, '\n').split('\n')
  const pieces: Piece[] = []
  const front = endOfFrontMatter(lines)
  if (front > 0) pieces.push({ kind: 'code', text: lines.slice(0, front).join('\n'), page })
  let at = front
  while (at < lines.length) {
    const { piece, next } = readPiece(lines, at)
    if (piece) pieces.push(page === undefined ? piece : { ...piece, page })
    at = next
  }
  const title = pieces.find((piece) => piece.kind === 'heading' && piece.level === 1)
  return { pieces, title: title?.kind === 'heading' ? title.text : undefined }
}

type Read = { piece: Piece | undefined; next: number }

function readPiece(lines: string[], at: number): Read {
  const line = lines[at] ?? ''
  if (line.trim() === '') return { piece: undefined, next: at + 1 }
  const fence = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1]
  if (fence !== undefined) return readFence(lines, at, fence)
  const heading = readHeading(line)
  if (heading) return { piece: heading, next: at + 1 }
  if (isTableAt(lines, at)) return readTable(lines, at)
  return isListItem(line) ? readList(lines, at) : readParagraph(lines, at)
}

/** A fence that is never closed reaches to the end, as CommonMark has it. */
function readFence(lines: string[], at: number, fence: string): Read {
  const closing = (line: string) =>
    line.trim().startsWith(fence) && line.trim().replaceAll(fence.charAt(0), '') === ''
  const close = lines.findIndex((line, i) => i > at && closing(line))
  const next = close === -1 ? lines.length : close + 1
  return { piece: { kind: 'code', text: lines.slice(at, next).join('\n') }, next }
}

function readHeading(line: string): Piece | undefined {
  const match = /^ {0,3}(#{1,6})[ \t]+(\S.*)$/.exec(line)
  if (!match?.[1] || match[2] === undefined) return undefined
  const text = match[2].trimEnd().replace(/[ \t]#+$/, '')
  return { kind: 'heading', level: match[1].length, text }
}

function isTableAt(lines: string[], at: number): boolean {
  const separator = lines[at + 1]
  if (!isRow(lines[at]) || !isRow(separator)) return false
  return /^\|?:?-+:?(\|:?-+:?)*\|?$/.test(separator.replaceAll(/\s/g, ''))
}

function readTable(lines: string[], at: number): Read {
  const next = endOfRun(lines, at + 2, isRow)
  const [header = '', separator = '', ...rows] = lines.slice(at, next)
  return { piece: { kind: 'table', header: `${header}\n${separator}`, rows }, next }
}

function isRow(line: string | undefined): line is string {
  return line !== undefined && line.includes('|') && line.trim() !== ''
}

/** A list goes on over indented lines and over single blank lines between its items. */
function readList(lines: string[], at: number): Read {
  let next = at + 1
  for (; next < lines.length; next++) {
    const line = lines[next] ?? ''
    const follows = line.trim() === '' ? continuesList(lines[next + 1]) : !startsBlock(lines, next)
    if (!follows) break
  }
  return { piece: { kind: 'list', text: lines.slice(at, next).join('\n') }, next }
}

function continuesList(line: string | undefined): boolean {
  return line !== undefined && (isListItem(line) || /^(?: {2,}|\t)\S/.test(line))
}

function isListItem(line: string): boolean {
  return /^\s{0,12}(?:[-*+•]|\d{1,9}[.)])\s+\S/.test(line)
}

/** Lines up to a blank one or one that opens something else; = or - under a single line makes it a heading. */
function readParagraph(lines: string[], at: number): Read {
  const next = endOfRun(
    lines,
    at + 1,
    (line, i) =>
      line.trim() !== '' && !startsBlock(lines, i) && !isListItem(line) && underline(line) === undefined,
  )
  const level = next === at + 1 ? underline(lines[next] ?? '') : undefined
  const text = lines.slice(at, next).join('\n')
  if (level !== undefined) return { piece: { kind: 'heading', level, text: text.trim() }, next: next + 1 }
  return { piece: { kind: 'paragraph', text }, next }
}

function underline(line: string): number | undefined {
  if (/^ {0,3}=+\s*$/.test(line)) return 1
  return /^ {0,3}-{2,}\s*$/.test(line) ? 2 : undefined
}

function startsBlock(lines: string[], at: number): boolean {
  const line = lines[at] ?? ''
  return /^ {0,3}(?:`{3,}|~{3,})/.test(line) || readHeading(line) !== undefined || isTableAt(lines, at)
}

function endOfRun(lines: string[], from: number, belongs: (line: string, i: number) => boolean): number {
  let at = from
  while (at < lines.length && belongs(lines[at] ?? '', at)) at++
  return at
}

/** YAML at the top would read as a heading with a line under it. */
function endOfFrontMatter(lines: string[]): number {
  if (lines[0]?.trim() !== '---') return 0
  const close = lines.findIndex((line, i) => i > 0 && i < 100 && line.trim() === '---')
  return close === -1 ? 0 : close + 1
}
