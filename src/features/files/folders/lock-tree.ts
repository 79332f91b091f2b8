import { sql } from 'kysely'
import type { TenantTx } from '#platform/db/index.ts'

/**
 * Holds a space's folders until the transaction ends: `shared` for whoever puts something into one, alone for whoever
 * moves or deletes one. Before any file is locked, so that nobody waits in a ring. The database keeps folders from
 * rings and from other spaces without it; with it nobody is told to try again.
 */
export async function lockTree(tx: TenantTx, spaceId: string, how: 'shared' | 'alone'): Promise<void> {
  const take = sql.raw(how === 'shared' ? 'pg_advisory_xact_lock_shared' : 'pg_advisory_xact_lock')
  await sql`select ${take}(hashtextextended(${`folders of ${spaceId}`}, 0))`.execute(tx.kysely)
}
