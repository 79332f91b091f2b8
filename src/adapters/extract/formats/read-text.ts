import type { Draft, Piece } from './draft.ts'

/** Plain text: paragraphs are what blank lines part. */
export function readPlainText(text: string): Draft {
  return { pieces: paragraphs(text) }
}

/** Source code, JSON and XML are kept as they are; nothing in them is resolved or run. */
export function readCode(text: string): Draft {
  return { pieces: [{ kind: 'code', text }] }
}

export function paragraphs(text: string, page?: number): Piece[] {
  return text
    .replaceAll(/\r\n?/g, '\n')
    .split(/\n(?:[ \t]*\n)+/)
    .map((paragraph) => ({ kind: 'paragraph', text: paragraph, page }))
}
