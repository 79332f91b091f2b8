import { sql } from 'kysely'
import { type Execute, type SystemTx, tenantTables } from '#platform/db/index.ts'
import type { TenantScope } from '#platform/scope/index.ts'

/**
 * What is emptied before the tenant's own row goes: every tenant table of the schema, and its keys. The end of its chain goes
 * after the entries: an event that comes meanwhile would otherwise begin the chain anew, with numbers of entries still there.
 */
export const erasedTables = [
  ...tenantTables.filter((table) => table !== 'event_chains'),
  'event_chains',
  'keys',
] as const
type ErasedTable = (typeof erasedTables)[number]

/** Rows in one transaction: small, because on an embedded database everybody waits for it. */
const batchRows = 500

export async function countRows(tx: SystemTx, { tenantId }: TenantScope): Promise<number> {
  const counts = erasedTables.map(
    (table) => sql`select count(*) as rows from ${sql.table(table)} where tenant_id = ${tenantId}`,
  )
  const all = sql.join(counts, sql` union all `)
  const { rows } = await sql<{
    rows: number
  }>`select sum(rows)::bigint as rows from (${all}) as counted`.execute(tx.kysely)
  return rows[0]?.rows ?? 0
}

/** Deletes some rows and says how many there were; 0 when none are left. */
export async function deleteBatch(
  tx: SystemTx,
  { tenantId }: TenantScope,
  name: ErasedTable,
): Promise<number> {
  const table = sql.table(name)
  const result = await sql`delete from ${table} where tenant_id = ${tenantId} and ctid = any(array(
    select ctid from ${table} where tenant_id = ${tenantId} limit ${batchRows}))`.execute(tx.kysely)
  return Number(result.numAffectedRows ?? 0)
}

export async function setLeft(tx: SystemTx, { tenantId }: TenantScope, left: number): Promise<void> {
  await tx.kysely.updateTable('tenants').set({ erasure_left: left }).where('id', '=', tenantId).execute()
}

/** Refused by the database while any row of the tenant is left. */
export async function deleteTenant(tx: SystemTx, { tenantId }: TenantScope): Promise<void> {
  await tx.kysely.deleteFrom('tenants').where('id', '=', tenantId).execute()
}

/** The tenant's jobs of every kind and state, but for the one that is `kept`. */
export async function removeJobs(execute: Execute, { tenantId }: TenantScope, kept?: string): Promise<void> {
  await execute(
    `delete from pgboss.job where data ->> 'tenant_id' = $1 and ($2::uuid is null or id <> $2::uuid)`,
    [tenantId, kept ?? null],
  )
}
