import { ExtractionError } from '../../port.ts'
import type { Piece, Source } from '../draft.ts'

/** Archives of archives of messages with archives: nobody's mail is deeper. */
const maxDepth = 4

export const nestedBudget = { files: 1000, bytes: 256 * 1024 ** 2 }

export type Inner = { name: string; bytes: Buffer }

/**
 * A document within a document as pieces under its name; what cannot be read of it is said there in a sentence. Only
 * what is left of the budget is read, and the whole is refused when there are more files than that.
 */
export async function innerPieces(outer: Source, inner: Inner): Promise<Piece[]> {
  const { nested } = outer
  const heading: Piece = { kind: 'heading', level: headingLevel(nested.depth), text: inner.name }
  const found = await readInner(outer, inner)
  if (found instanceof ExtractionError) return [heading, { kind: 'paragraph', text: `(${found.message})` }]
  return [heading, ...found.map((piece) => below(piece, nested.depth))]
}

async function readInner(outer: Source, { name, bytes }: Inner): Promise<Piece[] | ExtractionError> {
  const { nested } = outer
  if (nested.depth >= maxDepth) {
    return new ExtractionError('too_large', `Not read: it lies more than ${maxDepth} documents deep.`)
  }
  takeFrom(nested.budget, bytes.length)
  const draft = await nested.read({
    ...outer,
    bytes,
    fileName: name,
    onProgress: () => {},
    nested: { ...nested, depth: nested.depth + 1 },
  })
  return draft instanceof ExtractionError ? draft : draft.pieces
}

/** @throws ExtractionError `too_large` when nothing is left */
export function takeFrom(budget: { files: number; bytes: number }, bytes: number): void {
  budget.files -= 1
  budget.bytes -= bytes
  if (budget.files < 0) throw tooLarge(`has more than ${nestedBudget.files} files in it`)
  if (budget.bytes < 0) throw tooLarge('is too large when unpacked')
}

function tooLarge(why: string): ExtractionError {
  return new ExtractionError('too_large', `The file ${why}.`)
}

function headingLevel(depth: number): number {
  return Math.min(2 + depth, 6)
}

/** Headings of what is inside lie below its name; its pages are not those of the whole. */
function below({ page: _page, lines: _lines, ...piece }: Piece, depth: number): Piece {
  if (piece.kind !== 'heading') return piece
  return { ...piece, level: Math.min(headingLevel(depth) + piece.level, 6) }
}
