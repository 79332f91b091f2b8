import { sql } from 'kysely'
import { pageByCreation, type PageRequest, type PlatformTx, type TenantTx } from '#platform/db/index.ts'
import { isOlder, sealedTables } from './sealed-tables.ts'

const columns = [
  'id',
  'created_at',
  'partner_id',
  'sealing_key',
  'oldest_key',
  'rotation_started_at',
  'rotation_finished_at',
  'rotation_pieces',
  'rotation_left',
] as const

/** Locked: of two that start a rotation at once, the second one sees the first one's. */
export function lockRotation(tx: PlatformTx, tenantId: string) {
  return tx.kysely
    .selectFrom('tenants')
    .select(columns)
    .where('id', '=', tenantId)
    .forNoKeyUpdate()
    .executeTakeFirstOrThrow()
}

export function beginRotation(tx: PlatformTx, tenantId: string, now: Date) {
  return tx.kysely
    .updateTable('tenants')
    .set({ rotation_started_at: now, rotation_finished_at: null, rotation_pieces: 0, rotation_left: 0 })
    .where('id', '=', tenantId)
    .returning(columns)
    .executeTakeFirstOrThrow()
}

export function listRotations(tx: PlatformTx, page: PageRequest) {
  return pageByCreation(tx.kysely.selectFrom('tenants').select(columns), 'tenants', page).execute()
}

/**
 * From the commit on everything is sealed with this version; waits for those who still seal with another.
 * @returns false when a newer one seals already: then nothing has changed
 */
export async function switchSealing(tx: TenantTx, version: number): Promise<boolean> {
  const { numUpdatedRows } = await tx.kysely
    .updateTable('tenants')
    .set({ sealing_key: version })
    .where('id', '=', tx.scope.tenantId)
    .where('sealing_key', '<=', version)
    .executeTakeFirstOrThrow()
  return numUpdatedRows > 0n
}

/** How many pieces are left; the first count of a rotation is also how many there are. */
export async function keepCount(tx: TenantTx, left: number): Promise<void> {
  await tx.kysely
    .updateTable('tenants')
    .set({ rotation_left: left, rotation_pieces: sql<number>`greatest(rotation_pieces, ${left}::int)` })
    .where('id', '=', tx.scope.tenantId)
    .execute()
}

export async function countDown(tx: TenantTx, pieces: number): Promise<void> {
  await tx.kysely
    .updateTable('tenants')
    .set({ rotation_left: sql<number>`greatest(rotation_left - ${pieces}::int, 0)` })
    .where('id', '=', tx.scope.tenantId)
    .execute()
}

/** How many pieces are sealed with a version below this one: rows with sealed columns, and stored bytes. */
export async function countOlder(tx: TenantTx, version: number): Promise<number> {
  const { tenantId } = tx.scope
  const inRows = sealedTables.map(
    ({ table, columns }) =>
      sql`(select count(*) from ${sql.table(table)}
        where tenant_id = ${tenantId} and (${isOlder(columns, version)}))`,
  )
  const blobs = sql`(select count(distinct blob) from versions
    where tenant_id = ${tenantId} and blob_key < ${version} and url is null)`
  const { rows } = await sql<{
    pieces: number
  }>`select ${sql.join([...inRows, blobs], sql` + `)} as pieces`.execute(tx.kysely)
  return rows[0]?.pieces ?? 0
}

/**
 * @returns `left` when something is older than this version: then nothing has changed; `before` when another run was
 * quicker
 */
export async function finishRotation(
  tx: TenantTx,
  version: number,
  now: Date,
): Promise<'now' | 'before' | 'left'> {
  // Whoever seals holds this lock until it commits, so nothing that the count has not seen is still to come.
  const { oldest_key: oldest } = await tx.kysely
    .selectFrom('tenants')
    .select('oldest_key')
    .where('id', '=', tx.scope.tenantId)
    .forNoKeyUpdate()
    .executeTakeFirstOrThrow()
  if (oldest >= version) return 'before'
  if ((await countOlder(tx, version)) > 0) return 'left'
  await tx.kysely
    .updateTable('tenants')
    .set({ oldest_key: version, rotation_left: 0, rotation_finished_at: now })
    .where('id', '=', tx.scope.tenantId)
    .execute()
  return 'now'
}

/** What is left does not open. */
export async function giveUpRotation(tx: TenantTx, left: number, now: Date): Promise<void> {
  await tx.kysely
    .updateTable('tenants')
    .set({ rotation_left: left, rotation_finished_at: now })
    .where('id', '=', tx.scope.tenantId)
    .execute()
}

export async function oldestKey(tx: TenantTx): Promise<number> {
  const { tenantId } = tx.scope
  const row = await tx.kysely
    .selectFrom('tenants')
    .select('oldest_key')
    .where('id', '=', tenantId)
    .executeTakeFirstOrThrow()
  return row.oldest_key
}
