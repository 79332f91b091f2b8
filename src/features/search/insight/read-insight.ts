import type { Static } from 'typebox'
import type { TenantTx } from '#platform/db/index.ts'
import { countSearches, findMostAsked, keepsQueries, type Period, readQueries } from './queries.ts'
import type { Insight } from './schemas.ts'

/** What whoever reads it holds, on every way to it. */
export const insightAccess = 'spaces:manage'

/** What a period's searches say together, as far as the caller may see their spaces. */
export async function readInsight(
  tx: TenantTx,
  period: Period,
  limit: number,
): Promise<Static<typeof Insight>> {
  const { took_ms: times, ...counts } = await countSearches(tx, period)
  const asked = await findMostAsked(tx, period, { limit, isForNothing: false })
  const forNothing = await findMostAsked(tx, period, { limit, isForNothing: true })
  const fingerprints = new Set([...asked, ...forNothing].map(({ fingerprint }) => fingerprint))
  const queries = await readQueries(tx, [...fingerprints])
  const named = (rows: typeof asked) =>
    rows.map((row) => ({ query: queries.get(row.fingerprint) ?? null, ...row }))
  return {
    since: period.since.toISOString(),
    keeps_queries: await keepsQueries(tx),
    ...counts,
    click_through: counts.searches === 0 ? null : counts.clicked / counts.searches,
    took_ms: times && { p50: times[0]!, p95: times[1]!, p99: times[2]! },
    most_asked: named(asked),
    most_without_results: named(forNothing),
  }
}
