import { collectByWalls } from '#features/access/index.ts'
import type { Clock } from '#platform/clock.ts'
import type { Db, TenantTx } from '#platform/db/index.ts'
import type { Ids } from '#platform/ids.ts'
import type { Log } from '#platform/log.ts'
import type { TenantScope } from '#platform/scope/index.ts'
import { deleteBefore, holdSpaces, keepsQueries, queryPlace } from './queries.ts'

/** One search, and what it found in each space that it asked. */
export type SearchRecord = {
  searchId: string
  /** Undefined for one by likeness. */
  query: string | undefined
  tookMs: number
  found: ReadonlyMap<string, number>
}

export type SearchRecorder = {
  /** Takes no time: it is written with others, soon. */
  record: (scope: TenantScope, record: SearchRecord) => void
  /** Writes what was recorded of a search, if it waits here. */
  written: (searchId: string) => Promise<void>
  /** Writes what is left, and no more. */
  close: () => Promise<void>
}

/** A kill costs what was recorded in the last so many milliseconds, and no more than so many searches. */
const writeEveryMs = 1000
const mostPending = 1000

/** Records end after so long, which is the longest period that can be asked for. */
export const keptDays = 90
const sweepEveryMs = 3_600_000

type Deps = { db: Db; ids: Ids; clock: Clock; log: Log }
type Noted = SearchRecord & { askedAt: Date }

/**
 * Keeps records in memory for a second and writes those of one caller in one transaction, within that caller's walls. What
 * cannot be written is dropped: no search fails or waits for its record.
 */
export function createRecorder(deps: Deps): SearchRecorder {
  const { clock, log } = deps
  const swept = new Map<string, number>()

  const write = async (scope: TenantScope, records: readonly Noted[]) => {
    const now = clock.now().getTime()
    const isSwept = now - (swept.get(scope.tenantId) ?? 0) < sweepEveryMs
    if (!isSwept) swept.set(scope.tenantId, now)
    try {
      // A record is of a space, not of the parts of it that its caller sees.
      await deps.db.tenant(scope, (tx) =>
        tx.inWholeSpaces((whole) => writeRecords(whole, records, isSwept ? undefined : now, deps)),
      )
    } catch (error) {
      // Nothing of the error: it may say what was searched.
      const name = error instanceof Error ? error.name : 'unknown'
      log.warn({ searches: records.length, error: name }, 'records of searches are lost')
    }
  }
  const collected = collectByWalls<TenantScope, Noted>({ everyMs: writeEveryMs, most: mostPending, write })
  return {
    record(scope, record) {
      if (record.found.size > 0) collected.add(scope, { ...record, askedAt: clock.now() })
    },
    written: (searchId) => collected.written((record) => record.searchId === searchId),
    close: () => collected.close(),
  }
}

async function writeRecords(
  tx: TenantTx,
  records: readonly Noted[],
  sweepAt: number | undefined,
  { ids }: Deps,
): Promise<void> {
  tx.unrecorded('kept')
  const spaces = await holdSpaces(tx, [...new Set(records.flatMap(({ found }) => [...found.keys()]))])
  const isKept = await keepsQueries(tx)
  const { sealer } = await tx.sealing()
  const rows = records.flatMap(({ searchId, query, tookMs, found, askedAt }) =>
    Array.from(found, ([spaceId, results]) => {
      const id = ids.uuid()
      return {
        tenant_id: tx.scope.tenantId,
        id,
        space_id: spaceId,
        search_id: searchId,
        asked_at: askedAt,
        fingerprint: query === undefined ? null : sealer.fingerprint(normalise(query)),
        query: query === undefined || !isKept ? null : sealer.sealText(queryPlace(id), query),
        found: results,
        took_ms: tookMs,
      }
    }).filter((row) => spaces.has(row.space_id)),
  )
  if (rows.length > 0) await tx.kysely.insertInto('search_records').values(rows).execute()
  if (sweepAt !== undefined) await deleteBefore(tx, new Date(sweepAt - keptDays * 24 * 3_600_000))
}

/** What is the same question to a person. */
function normalise(query: string): string {
  return query.normalize('NFKC').toLowerCase().replace(/\s+/gu, ' ').trim()
}
