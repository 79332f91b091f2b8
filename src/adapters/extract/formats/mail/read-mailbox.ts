import type { Draft, Piece, Source } from '../draft.ts'
import { takeFrom } from '../nested/read-inner.ts'
import { readMail } from './read-mail.ts'

/** Messages of a mailbox file are many and small: an archive's bound on files is not for them. */
const maxMessages = 100_000

/** A mailbox in the mbox format (RFC 4155): its messages in their order, each under its subject. */
export async function readMailbox(source: Source): Promise<Draft> {
  const pieces: Piece[] = []
  const budget = { files: maxMessages, bytes: Number.POSITIVE_INFINITY }
  for (const bytes of messages(source.bytes)) {
    takeFrom(budget, bytes.length)
    // A message that cannot be read is left out; the others still can.
    const draft = await readMail({ ...source, bytes }).catch(() => undefined)
    if (draft) pieces.push(...draft.pieces)
  }
  return { pieces }
}

const separator = Buffer.from('\nFrom ')
const quoted = /^>(>*From )/gm

/** Each begins after a line that starts with "From "; within one such lines have an angle bracket before them. */
function* messages(bytes: Buffer): Generator<Buffer> {
  for (let start = 0; start < bytes.length;) {
    const lineEnd = bytes.indexOf('\n', start)
    if (lineEnd === -1) return
    const next = bytes.indexOf(separator, lineEnd)
    const end = next === -1 ? bytes.length : next
    yield Buffer.from(bytes.toString('latin1', lineEnd + 1, end).replaceAll(quoted, '$1'), 'latin1')
    start = end + 1
  }
}

export function isMailbox(head: string): boolean {
  return /^From \S.*\d{2}:\d{2}.*\r?\n[A-Za-z-]+:/.test(head)
}
