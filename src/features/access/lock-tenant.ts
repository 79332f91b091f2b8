import { sql } from 'kysely'
import type { TenantTx } from '#platform/db/index.ts'

/**
 * One at a time until the transaction ends, for rules that no single row can hold: that a tenant keeps an owner, that no
 * group comes to hold itself. Tenants whose numbers happen to be the same wait for each other and see nothing.
 */
export async function lockTenant(tx: TenantTx): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${tx.scope.tenantId}, 0))`.execute(tx.kysely)
}
