import { inputInvalid } from '#platform/errors.ts'
import type { PageRequest, Position } from '#platform/db/index.ts'
import { isUuid } from '#platform/ids.ts'

export function encodeCursor({ at, id }: Position): string {
  return Buffer.from(`${at.toISOString()} ${id}`).toString('base64url')
}

/** @throws input.invalid when the text was not made by `encodeCursor` */
export function decodeCursor(cursor: string): Position {
  const [at = '', id = ''] = Buffer.from(cursor, 'base64url').toString('utf8').split(' ')
  const date = new Date(at)
  if (Number.isNaN(date.getTime()) || !/^\d{4}-/.test(at) || !isUuid(id)) {
    throw cursorInvalid()
  }
  return { at: date, id }
}

/** The page that a query asks for. @throws input.invalid */
export function readPage({ limit, cursor }: { limit: number; cursor?: string }): PageRequest {
  return { limit, after: cursor === undefined ? undefined : decodeCursor(cursor) }
}

/** The same for whatever is wrong with it. */
export function cursorInvalid() {
  return inputInvalid('The cursor is not one of ours.', {
    errors: [{ path: 'cursor', message: 'must be the next_cursor of an earlier page' }],
  })
}

/** Cuts the extra row that was asked for to see whether there is more. */
export function pageOf<Row, Item>(
  rows: Row[],
  limit: number,
  present: (row: Row) => Item,
  position: (row: Row) => Position,
): { data: Item[]; next_cursor: string | null } {
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  return {
    data: page.map(present),
    next_cursor: rows.length > limit && last ? encodeCursor(position(last)) : null,
  }
}
