import { createHash } from 'node:crypto'
import { type Cursor, positionOf } from '../paging/cursor.ts'
import type { RetrievedChunk } from '../retrieve.ts'

/** So many of the best finds are reranked, whatever the size of a page: what a language model reads in a second. */
export const windowSize = 20

type Found<C> = {
  /** The window in its new order. */
  head: readonly C[]
  /** What comes after it, in the order of the search. */
  rest: readonly C[]
  /** Where the window ends in the order of the search. */
  last: RetrievedChunk | undefined
  /** Is there more after the rest? */
  isCut: boolean
}

/**
 * The next results: first those of the window, in its new order, then the others. Within the window the cursor says what was
 * shown and not where it stood: another order on the next page, by a reranker that fails or thinks otherwise, shows
 * nothing twice and leaves nothing out.
 */
export function cutPage<C extends RetrievedChunk>(
  { head, rest, last, isCut }: Found<C>,
  { shown, limit, isGrouped }: { shown: ReadonlySet<string>; limit: number; isGrouped: boolean },
): { page: C[]; next: Cursor | undefined } {
  const keyOf = (chunk: RetrievedChunk) => nameOf(chunk, isGrouped)
  const left = [...head, ...rest].filter((chunk) => !shown.has(keyOf(chunk)))
  const page = left.slice(0, limit)
  if (left.length <= limit && !isCut) return { page, next: undefined }
  const seen = new Set([...shown, ...page.map(keyOf)])
  if (!head.every((chunk) => seen.has(keyOf(chunk)))) return { page, next: { shown: seen } }
  const end = rest.filter((chunk) => seen.has(keyOf(chunk))).at(-1) ?? last
  return { page, next: end && { after: positionOf(end) } }
}

/** Few enough bytes that a window's fit into a cursor, and enough that two of a window never have the same. */
function nameOf({ file_id, ordinal }: RetrievedChunk, isGrouped: boolean): string {
  const name = isGrouped ? file_id : `${file_id} ${ordinal}`
  return createHash('sha256').update(name).digest('base64url').slice(0, 8)
}
