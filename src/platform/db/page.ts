import { type SelectQueryBuilder, sql } from 'kysely'

/** A place in a list ordered by creation time and id. It says nothing about whose list: the scope does. */
export type Position = { at: Date; id: string }

/** So many rows of those that come after a position, or of all. */
export type PageRequest = { limit: number; after: Position | undefined }

/**
 * One page of a list in the order of creation, and a row more, which tells whether another page follows. The position is
 * compared as a row, so that an index over both columns leads to it.
 */
export function pageByCreation<DB, From extends keyof DB, Row>(
  query: SelectQueryBuilder<DB, From, Row>,
  table: From & string,
  { limit, after }: PageRequest,
  order: 'oldest first' | 'newest first' = 'oldest first',
): SelectQueryBuilder<DB, From, Row> {
  const [at, id] = [sql.ref(`${table}.created_at`), sql.ref(`${table}.id`)]
  const [direction, beyond] =
    order === 'oldest first' ? (['asc', sql`>`] as const) : (['desc', sql`<`] as const)
  const page = query
    .orderBy(at, direction)
    .orderBy(id, direction)
    .limit(limit + 1)
  return after ? page.where(sql<boolean>`(${at}, ${id}) ${beyond} (${after.at}, ${after.id})`) : page
}
