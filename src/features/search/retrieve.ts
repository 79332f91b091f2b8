import type { Embedders } from '#adapters/embedder/port.ts'
import { getSpace, getSpaceOr, readableSpaces } from '#features/tenancy/index.ts'
import type { TenantTx } from '#platform/db/index.ts'
import { parseId } from '#platform/ids.ts'
import type { SearchIndexes } from './cache/search-indexes.ts'
import type { CountedFacets, FacetRequest } from './facets/count-facets.ts'
import { readMatchingFiles } from './filter/match-files.ts'
import type { Filter } from './filter/schema.ts'
import type { QueueEmbedding } from './jobs.ts'
import type { Like } from './like/find-source.ts'
import { readLikeness } from './like/read-likeness.ts'
import { findReadableFiles } from './readable-files.ts'
import { type RankedChunk, readRanked } from './read-ranked.ts'
import { type Neighbour, readNeighbours } from './read-neighbours.ts'
import { hasConditions, type Phrase } from './query/conditions.ts'
import type { Correction } from './query/correct.ts'
import type { Query } from './query/parse-query.ts'
import type { Meanings } from './rank/meaning.ts'
import { type Choice, everyMatch } from './rank/choose-hits.ts'
import type { Ranking, WeighedWord } from './rank/rank.ts'
import { defaultBm25 } from './rank/score.ts'

export type RetrievalRequest = {
  query: Query
  /** To look for instead of a query: more of the same. */
  like?: { source: Like; share: number | undefined } | undefined
  /** From `readMeanings`; undefined looks for words alone. */
  meanings: Meanings | undefined
  /** Ids or slugs; `*` for every readable space; undefined for the space of the key, else the default one. */
  spaces?: '*' | string[] | undefined
  /** Public ids. One that is unknown or somebody else's finds nothing. */
  files?: string[] | undefined
  /** Public ids. Files lie in one of these at any depth; the same holds for unknown ones. */
  folders?: string[] | undefined
  filter?: Filter | undefined
  limit: number
  /** What is not said is as in `everyMatch`. */
  choice?: Partial<Omit<Choice, 'limit' | 'allowed'>> | undefined
  /** Chunks to read before and after each. */
  context?: number | undefined
  facets?: FacetRequest | undefined
  isExplained?: boolean
  isCorrected?: boolean
}

/** A chunk with those next to it in its file, in their order. */
export type RetrievedChunk = RankedChunk & { before: Neighbour[]; after: Neighbour[] }

export type Retrieval = {
  /** The spaces that were asked. */
  spaceIds: string[]
  chunks: RetrievedChunk[]
  total: number
  /** Is there more after these? */
  isCut: boolean
  facets: CountedFacets['facets'] | undefined
  /** The query's as the asked spaces spell them, for `createMatcher`. */
  words: WeighedWord[]
  /** What every chunk has in a row, for `createMatcher`. */
  phrases: Phrase[]
  corrections: Correction[]
  /** How much of what is readable was compared by meaning, where that was asked for. */
  compared: Ranking['compared']
  /** Why not all of it, or why words of a phrase may not stand in a row. */
  degradedBy: 'vectors_missing' | 'embedder_unavailable' | 'positions_missing' | undefined
}

export type RetrievalDeps = { indexes: SearchIndexes; embedders: Embedders; queueEmbedding: QueueEmbedding }

/**
 * The best chunks for a query, best first. The index gives ids; texts come by id under row security, and where that
 * returns fewer, more are asked for. What lacks vectors is queued to get them.
 * @throws spaces.not_found, input.invalid, files.not_found, chunks.not_found, files.not_ready
 */
export async function retrieve(
  tx: TenantTx,
  request: RetrievalRequest,
  { indexes, embedders, queueEmbedding }: RetrievalDeps,
): Promise<Retrieval> {
  const spaces = await findSpaces(tx, request.spaces)
  const readable = await findReadableFiles(tx, spaces)
  const allowed = await findAllowed(tx, spaces, request)
  const { query, like, limit, choice, context = 0, facets } = request
  const { isExplained, isCorrected = false } = request
  const subject = like
    ? await readLikeness(tx, like.source, spaces, like.share, readable, { indexes, embedders })
    : { meanings: request.meanings, lacking: [] }
  const wanted = { ...everyMatch, ...choice, ...subject, query, limit, allowed, facets }
  const ranking = { ...wanted, isExplained, isCorrected, readable, bm25: defaultBm25 }
  const { lacking, outdated, isUnanswered, chunks, ...found } = await readRanked(tx, spaces, ranking, indexes)
  for (const spaceId of new Set([...lacking, ...subject.lacking, ...outdated]))
    await queueEmbedding.lacking(tx, spaceId)
  if (subject.meanings) for (const { id } of spaces) await queueEmbedding.check(tx, id)
  // What is to be found more of has no vector: then nothing was compared with it.
  const compared = subject.lacking.length > 0 ? 'none' : found.compared
  const cause = isUnanswered ? 'embedder_unavailable' : 'vectors_missing'
  const isGuessed = outdated.length > 0 && hasConditions(query)
  const degradedBy = compared !== 'all' ? cause : isGuessed ? 'positions_missing' : undefined
  const spaceIds = spaces.map(({ id }) => id)
  return { ...found, spaceIds, chunks: await withNeighbours(tx, chunks, context), compared, degradedBy }
}

export async function findSpaces(tx: TenantTx, asked: RetrievalRequest['spaces']) {
  if (asked === undefined) return [await getSpaceOr(tx, undefined)]
  if (asked === '*') return readableSpaces(tx)
  const spaces = new Map<string, Awaited<ReturnType<typeof getSpace>>>()
  for (const reference of asked) {
    const space = await getSpace(tx, reference)
    spaces.set(space.id, space)
  }
  return [...spaces.values()]
}

/** Files that `files`, `folders` and `filter` leave, or undefined when none is given. */
async function findAllowed(
  tx: TenantTx,
  spaces: readonly { id: string; slug: string }[],
  { files, folders, filter }: RetrievalRequest,
): Promise<Set<string> | undefined> {
  const named = files && new Set(files.map((id) => parseId('fil', id)).filter((id) => id !== undefined))
  if (!filter && !folders) return named
  const matching = await readMatchingFiles(tx, spaces, filter ?? {}, folders)
  return new Set(named ? matching.filter((id) => named.has(id)) : matching)
}

async function withNeighbours(
  tx: TenantTx,
  chunks: readonly RankedChunk[],
  distance: number,
): Promise<RetrievedChunk[]> {
  const places = chunks.map(({ version_id: versionId, ordinal }) => ({ versionId, ordinal }))
  const read = await readNeighbours(tx, places, distance)
  return chunks.map((chunk) => {
    const near = read.filter(
      ({ version_id, ordinal }) =>
        version_id === chunk.version_id && Math.abs(ordinal - chunk.ordinal) <= distance,
    )
    return {
      ...chunk,
      before: near.filter(({ ordinal }) => ordinal < chunk.ordinal),
      after: near.filter(({ ordinal }) => ordinal > chunk.ordinal),
    }
  })
}
