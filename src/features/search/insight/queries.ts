import { sql } from 'kysely'
import type { TenantTx } from '#platform/db/index.ts'
import type { Place } from '#platform/vault/index.ts'

export function queryPlace(row: string): Place {
  return { table: 'search_records', row, column: 'query' }
}

/** Of these spaces, those that are still there; they stay until the transaction ends. */
export async function holdSpaces(tx: TenantTx, spaceIds: readonly string[]): Promise<Set<string>> {
  const rows = await tx.kysely
    .selectFrom('spaces')
    .select('id')
    .where('id', 'in', [...spaceIds])
    .forKeyShare()
    .execute()
  return new Set(rows.map(({ id }) => id))
}

export async function keepsQueries(tx: TenantTx): Promise<boolean> {
  const row = await tx.kysely
    .selectFrom('tenants')
    .select('keeps_queries')
    .where('id', '=', tx.scope.tenantId)
    .executeTakeFirst()
  return row?.keeps_queries ?? false
}

/** Ends the keeping at once: what was kept goes with it. */
export async function keepQueries(tx: TenantTx, isKept: boolean): Promise<void> {
  await tx.kysely
    .updateTable('tenants')
    .set({ keeps_queries: isKept })
    .where('id', '=', tx.scope.tenantId)
    .execute()
  if (!isKept)
    await tx.kysely
      .updateTable('search_records')
      .set({ query: null })
      .where('query', 'is not', null)
      .execute()
}

export async function deleteBefore(tx: TenantTx, before: Date): Promise<void> {
  await tx.kysely.deleteFrom('search_records').where('asked_at', '<', before).execute()
}

/** @returns false when the search did not ask the space, or is not the caller's to know of */
export async function addClick(
  tx: TenantTx,
  { searchId, spaceId, position }: { searchId: string; spaceId: string; position: number },
): Promise<boolean> {
  const { numUpdatedRows } = await tx.kysely
    .updateTable('search_records')
    .set((eb) => ({
      clicks: eb('clicks', '+', 1),
      best_click: sql<number>`least(coalesce(best_click, ${position}::int), ${position}::int)`,
    }))
    .where('search_id', '=', searchId)
    .where('space_id', '=', spaceId)
    .executeTakeFirstOrThrow()
  return numUpdatedRows > 0n
}

export type Period = { since: Date; spaceId: string | undefined }

/** Searches, each once however many spaces it asked, as far as the caller may see these. */
function searchesOf(tx: TenantTx, { since, spaceId }: Period) {
  return tx.kysely.with('searches', (db) => {
    const query = db
      .selectFrom('search_records')
      .select(({ fn }) => [
        'search_id',
        fn.max('fingerprint').as('fingerprint'),
        fn.sum<number>('found').as('found'),
        fn.sum<number>('clicks').as('clicks'),
        fn.max('took_ms').as('took_ms'),
      ])
      .where('asked_at', '>=', since)
      .groupBy('search_id')
    return spaceId === undefined ? query : query.where('space_id', '=', spaceId)
  })
}

const counts = [
  sql<number>`count(*)::int`.as('searches'),
  sql<number>`(count(*) filter (where found = 0))::int`.as('without_results'),
  sql<number>`(count(*) filter (where clicks > 0))::int`.as('clicked'),
] as const

export function countSearches(tx: TenantTx, period: Period) {
  return searchesOf(tx, period)
    .selectFrom('searches')
    .select([
      ...counts,
      sql<number[] | null>`percentile_disc(array[0.5, 0.95, 0.99]) within group (order by took_ms)`.as(
        'took_ms',
      ),
    ])
    .executeTakeFirstOrThrow()
}

/** The words that were asked most often, or most often for nothing. */
export function findMostAsked(
  tx: TenantTx,
  period: Period,
  { limit, isForNothing }: { limit: number; isForNothing: boolean },
) {
  const grouped = searchesOf(tx, period)
    .selectFrom('searches')
    .select(['fingerprint', ...counts])
    .where('fingerprint', 'is not', null)
    .$narrowType<{ fingerprint: string }>()
    .groupBy('fingerprint')
    .orderBy(isForNothing ? 'without_results' : 'searches', 'desc')
    .orderBy('fingerprint')
    .limit(limit)
  return (isForNothing ? grouped.having(sql<boolean>`bool_or(found = 0)`) : grouped).execute()
}

/** The queries behind fingerprints, where they were kept. */
export async function readQueries(
  tx: TenantTx,
  fingerprints: readonly string[],
): Promise<Map<string, string>> {
  if (fingerprints.length === 0) return new Map()
  const rows = await tx.kysely
    .selectFrom('search_records')
    .distinctOn('fingerprint')
    .select(['id', 'fingerprint', 'query'])
    .where('fingerprint', 'in', [...fingerprints])
    .where('query', 'is not', null)
    .orderBy('fingerprint')
    .orderBy('asked_at', 'desc')
    .$narrowType<{ fingerprint: string; query: Buffer }>()
    .execute()
  if (rows.length === 0) return new Map()
  const keys = await tx.keys()
  return new Map(
    rows.map(({ id, fingerprint, query }) => [fingerprint, keys.unsealText(queryPlace(id), query)]),
  )
}
