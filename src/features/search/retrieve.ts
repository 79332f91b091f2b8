import { getSpace, getSpaceOr, readableSpaces } from '#features/tenancy/index.ts'
import type { TenantTx } from '#platform/db/index.ts'
import { parseId } from '#platform/ids.ts'
import type { SearchIndexes } from './cache/search-indexes.ts'
import type { QueueEmbedding } from './jobs.ts'
import { readChunks, readMatchingFiles, readSequences } from './queries.ts'
import type { Meaning } from './rank/meaning.ts'
import { rank, type RankRequest, type WeighedWord } from './rank/rank.ts'
import { defaultBm25 } from './rank/score.ts'
import type { Hit } from './rank/select.ts'
import type { Filter } from './schemas.ts'

export type RetrievalRequest = {
  query: string
  /** From `readMeaning`; undefined looks for words alone. */
  meaning: Meaning | undefined
  /** Ids or slugs; `*` for every readable space; undefined for the space of the key, else the default one. */
  spaces?: '*' | string[] | undefined
  /** Public ids. One that is unknown or somebody else's finds nothing. */
  files?: string[] | undefined
  filter?: Filter | undefined
  limit: number
  groupByFile: boolean
}

/** A chunk that matches, as read in the asker's own transaction. */
export type RetrievedChunk = Awaited<ReturnType<typeof readChunks>>[number] & {
  /** In points of BM25 when words alone were looked for, else from 0 to 1. */
  score: number
  source: Hit['source']
}

export type Retrieval = {
  chunks: RetrievedChunk[]
  total: number
  /** The query's as the asked spaces spell them, for `createMatcher`. */
  words: WeighedWord[]
  /** Meaning was asked for, and words alone ranked, because something readable has no vectors yet. */
  isDegraded: boolean
}

export type RetrievalDeps = { indexes: SearchIndexes; queueEmbedding: QueueEmbedding }

/**
 * The best chunks for a query, best first. The index gives ids; texts come by id under row security, and where that
 * returns fewer, more are asked for. What lacks vectors is queued to get them.
 * @throws spaces.not_found
 */
export async function retrieve(
  tx: TenantTx,
  request: RetrievalRequest,
  { indexes, queueEmbedding }: RetrievalDeps,
): Promise<Retrieval> {
  const spaces = await findSpaces(tx, request.spaces)
  const allowed = await findAllowed(tx, spaces, request)
  const { query, meaning, limit, groupByFile } = request
  const ranking = { query, meaning, limit, groupByFile, allowed, readable: undefined, bm25: defaultBm25 }
  const { lacking, ...found } = await readRanked(tx, spaces, ranking, indexes)
  for (const spaceId of lacking) await queueEmbedding(tx, spaceId)
  return { ...found, isDegraded: lacking.length > 0 }
}

async function findSpaces(tx: TenantTx, asked: RetrievalRequest['spaces']) {
  if (asked === undefined) return [await getSpaceOr(tx, undefined)]
  if (asked === '*') return readableSpaces(tx)
  const spaces = new Map<string, Awaited<ReturnType<typeof getSpace>>>()
  for (const reference of asked) {
    const space = await getSpace(tx, reference)
    spaces.set(space.id, space)
  }
  return [...spaces.values()]
}

/** Files that `files` and `filter` leave, or undefined when neither is given. */
async function findAllowed(
  tx: TenantTx,
  spaces: readonly { id: string }[],
  { files, filter }: RetrievalRequest,
): Promise<Set<string> | undefined> {
  const named = files && new Set(files.map((id) => parseId('fil', id)).filter((id) => id !== undefined))
  if (!filter) return named
  const spaceIds = spaces.map(({ id }) => id)
  const matching = spaceIds.length > 0 ? await readMatchingFiles(tx, spaceIds, filter) : []
  return new Set(named ? matching.filter((id) => named.has(id)) : matching)
}

/**
 * Ranks and reads until nothing is missing. A hit without a row was replaced or deleted since the index was brought up
 * to date (four busy writers on one space did that to half of all searches): then everything is done again on the newer index.
 * A hit that is still without a row is not for this caller: it is counted out, and more are asked for.
 */
async function readRanked(
  tx: TenantTx,
  found: readonly SpaceState[],
  request: RankRequest,
  indexes: SearchIndexes,
) {
  let spaces = found
  let wanted = request.limit
  for (let attempt = 1; ; attempt++) {
    const asked = await indexes.ready(tx, spaces)
    const { hits, total, words, lacking } = rank(asked, { ...request, limit: wanted })
    const chunks = await readHits(tx, hits)
    const missing = hits.length - chunks.length
    const now = missing > 0 && attempt < maxAttempts ? await readSequences(tx, spaces) : spaces
    if (hasMoved(spaces, now)) spaces = now
    else if (chunks.length >= request.limit || hits.length === total) {
      return { chunks: chunks.slice(0, request.limit), total: total - missing, words, lacking }
    } else wanted *= 2
  }
}

/** Far more than a busy space needs; it ends a chase that a broken clock of changes would make endless. */
const maxAttempts = 50

type SpaceState = { id: string; index_seq: number }

function hasMoved(before: readonly SpaceState[], now: readonly SpaceState[]): boolean {
  const sequences = new Map(before.map(({ id, index_seq }) => [id, index_seq]))
  return now.length !== before.length || now.some(({ id, index_seq }) => sequences.get(id) !== index_seq)
}

/** The hits' chunks in the hits' order, without those that are not there for this caller. */
async function readHits(tx: TenantTx, hits: readonly Hit[]): Promise<RetrievedChunk[]> {
  if (hits.length === 0) return []
  const rows = await readChunks(tx, hits)
  const byPlace = new Map(rows.map((row) => [`${row.version_id} ${row.ordinal}`, row]))
  return hits.flatMap(({ versionId, ordinal, score, source }) => {
    const row = byPlace.get(`${versionId} ${ordinal}`)
    return row ? [{ ...row, score, source }] : []
  })
}
