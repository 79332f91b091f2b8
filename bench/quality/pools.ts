import { UsageError } from '../command/run-command.ts'
import type { JudgedSet } from './read-set.ts'

/** Of the metadata of a file: so many keys, each with a list of so many. */
const maxKeys = 50
const maxListed = 50

/**
 * Which metadata a document needs, so that one filter of a search names exactly the pool of a query. A list of file
 * ids in the request would do for small pools only (a thousand ids at most), and rankings of parts of a pool cannot
 * be joined again where scores are normalised by query.
 */
export function poolsOf(set: JudgedSet): Map<string, Record<string, string[]>> {
  const metadata = new Map<string, Record<string, string[]>>()
  if (!set.isPooled) return metadata
  if (set.queries.length > maxKeys * maxListed) {
    throw new UsageError(`${set.name}: at most ${maxKeys * maxListed} queries can have pools of their own`)
  }
  for (const [i, { id, relevance }] of set.queries.entries()) {
    const key = keyOf(i)
    for (const document of relevance.keys()) {
      const keys = metadata.get(document) ?? {}
      metadata.set(document, keys)
      keys[key] = [...(keys[key] ?? []), id]
    }
  }
  return metadata
}

/** The filter for the pool of the query at this place of the set; none for a set without pools. */
export function poolFilter(set: JudgedSet, place: number): { filter?: { metadata: Record<string, string> } } {
  const query = set.queries[place]
  return set.isPooled && query ? { filter: { metadata: { [keyOf(place)]: query.id } } } : {}
}

function keyOf(place: number): string {
  return `pools_${Math.floor(place / maxListed)}`
}
