import type { TenantTx } from '#platform/db/index.ts'
import type { SearchIndexes } from './cache/search-indexes.ts'
import { countFacets, type FacetRequest } from './facets/count-facets.ts'
import { readChunks, readSequences } from './queries.ts'
import { applyCorrections, type Correction, correctWords, findUnknown } from './query/correct.ts'
import type { Query } from './query/parse-query.ts'
import { keysOf } from './synonyms/expand.ts'
import { readSynonyms } from './synonyms/queries.ts'
import { rankParts, type RankRequest } from './rank/rank.ts'
import type { Explanation, Hit, Place } from './rank/hit.ts'

/** A chunk that matches, as read in the asker's own transaction. */
export type RankedPlace = Awaited<ReturnType<typeof readChunks>>[number] & Pick<Place, 'score' | 'source'>

export type RankedChunk = RankedPlace & {
  createdAt: number
  /** The file's next best places, when grouped and asked for. */
  more: RankedPlace[]
  explanation: Explanation | undefined
}

/**
 * Ranks and reads until nothing is missing. A hit without a row was replaced or deleted since the index was brought up
 * to date (four busy writers on one space did that to half of all searches): then everything is done again on the newer index.
 * A hit that is still without a row is not for this caller: it is counted out, and more are asked for. Only a query with a
 * word that nothing readable has is looked at for corrections, and then ranked again.
 */
export async function readRanked(
  tx: TenantTx,
  found: readonly SpaceState[],
  { facets: asked, isCorrected, ...request }: RankedRequest,
  indexes: SearchIndexes,
) {
  let spaces = found
  let wanted = request.limit
  let query = request.query
  let synonyms = await findSynonyms(tx, spaces, query)
  let corrections: Correction[] | undefined = isCorrected ? undefined : []
  for (let attempt = 1; ; attempt++) {
    const corpus = await indexes.ready(tx, spaces)
    const steps = rankParts({ ...request, query, synonyms, limit: wanted })
    const { hits, total, left, files, ...ranked } = await corpus.run(steps, request.readable)
    if (!corrections) {
      corrections = await correctWords(findUnknown(query, ranked.words), corpus, request.readable)
      if (corrections.length > 0) {
        query = applyCorrections(query, corrections)
        synonyms = await findSynonyms(tx, spaces, query)
        continue
      }
    }
    const chunks = await readHits(tx, hits)
    const missing = hits.length - chunks.length
    const counted = asked && (await countFacets(tx, files, asked))
    const isWhole = missing === 0 && (!counted || counted.found === files.size)
    const now = isWhole || attempt === maxAttempts ? spaces : await readSequences(tx, spaces)
    if (hasMoved(spaces, now)) spaces = now
    else if (chunks.length >= request.limit || hits.length === left) {
      const kept = chunks.slice(0, request.limit)
      const isCut = left - missing > kept.length
      const facets = counted?.facets
      return { chunks: kept, total: total - missing, isCut, facets, corrections, ...ranked }
    } else wanted *= 2
  }
}

export type RankedRequest = RankRequest & {
  facets: FacetRequest | undefined
  /** Are words that nothing readable has replaced by their nearest? */
  isCorrected: boolean
}

function findSynonyms(tx: TenantTx, spaces: readonly SpaceState[], query: Query) {
  const saying = spaces.filter((space) => space.has_synonyms).map(({ id }) => id)
  return readSynonyms(tx, saying, saying.length > 0 ? keysOf(query) : [])
}

/** Far more than a busy space needs; it ends a chase that a broken clock of changes would make endless. */
const maxAttempts = 50

type SpaceState = { id: string; index_seq: number; has_synonyms: boolean }

function hasMoved(before: readonly SpaceState[], now: readonly SpaceState[]): boolean {
  const sequences = new Map(before.map(({ id, index_seq }) => [id, index_seq]))
  return now.length !== before.length || now.some(({ id, index_seq }) => sequences.get(id) !== index_seq)
}

/** The hits' chunks in the hits' order, without those that are not there for this caller. */
async function readHits(tx: TenantTx, hits: readonly Hit[]): Promise<RankedChunk[]> {
  if (hits.length === 0) return []
  const places = hits.flatMap((hit) => [hit, ...hit.more.map((place) => ({ ...hit, ...place }))])
  const rows = await readChunks(tx, places)
  const byPlace = new Map(rows.map((row) => [`${row.version_id} ${row.ordinal}`, row]))
  const join = (versionId: string, { ordinal, score, source }: Place) => {
    const row = byPlace.get(`${versionId} ${ordinal}`)
    return row ? [{ ...row, score, source }] : []
  }
  return hits.flatMap(({ versionId, createdAt, more, explanation, ...best }) =>
    join(versionId, best).map((chunk) => ({
      ...chunk,
      explanation,
      createdAt,
      more: more.flatMap((place) => join(versionId, place)),
    })),
  )
}
