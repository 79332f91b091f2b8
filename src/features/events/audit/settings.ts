import type { Static } from 'typebox'
import type { TenantTx } from '#platform/db/index.ts'
import type { AuditSettings } from '../schemas.ts'

type Settings = Static<typeof AuditSettings>

/** With the name of the tenant, whose they are. */
export async function readSettings(tx: TenantTx): Promise<{ settings: Settings; name: string }> {
  const { records_reads, audit_days, name } = await tx.kysely
    .selectFrom('tenants')
    .select(['records_reads', 'audit_days', 'name'])
    .where('id', '=', tx.scope.tenantId)
    .executeTakeFirstOrThrow()
  return {
    settings: { records_reads: records_reads as Settings['records_reads'], keeps_days: audit_days },
    name,
  }
}

export async function updateSettings(tx: TenantTx, { records_reads, keeps_days }: Settings): Promise<void> {
  await tx.kysely
    .updateTable('tenants')
    .set({ records_reads, audit_days: keeps_days })
    .where('id', '=', tx.scope.tenantId)
    .execute()
}
