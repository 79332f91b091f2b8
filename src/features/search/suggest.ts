import type { Static } from 'typebox'
import type { Db } from '#platform/db/index.ts'
import { formatId } from '#platform/ids.ts'
import type { TenantScope } from '#platform/scope/index.ts'
import type { SearchIndexes } from './cache/search-indexes.ts'
import { readNamedFiles } from './queries.ts'
import { completeWord, lastWordOf } from './query/complete.ts'
import { findReadableFiles } from './readable-files.ts'
import { findSpaces } from './retrieve.ts'
import type { SuggestionQuery, Suggestions } from './schemas.ts'

/**
 * How a text that is being typed may go on, by what its caller may read.
 * @throws spaces.not_found
 */
export async function suggest(
  scope: TenantScope,
  { q, spaces: named, limit }: Static<typeof SuggestionQuery>,
  { db, indexes }: { db: Db; indexes: SearchIndexes },
): Promise<Static<typeof Suggestions>> {
  return db.tenant(scope, async (tx) => {
    const spaces = await findSpaces(tx, named === '*' ? '*' : named?.split(','))
    const typed = lastWordOf(q)
    const readable = await findReadableFiles(tx, spaces)
    const asked = await indexes.ready(tx, spaces)
    const words = typed === undefined ? [] : await completeWord(typed, asked, readable, limit)
    const before = q.slice(0, q.length - (typed?.length ?? 0))
    const spaceIds = spaces.map(({ id }) => id)
    const files = spaceIds.length > 0 ? await readNamedFiles(tx, spaceIds, q.trim(), limit) : []
    return {
      words: words.map((word) => before + word),
      files: files.map(({ id, name, space_id }) => ({
        id: formatId('fil', id),
        name,
        space_id: formatId('spc', space_id),
      })),
    }
  })
}
