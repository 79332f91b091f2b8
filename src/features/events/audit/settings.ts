import type { Static } from 'typebox'
import type { TenantTx } from '#platform/db/index.ts'
import type { AuditSettings } from '../schemas.ts'

type Settings = Static<typeof AuditSettings>

/** With the name of the tenant, whose they are. */
type Read = { settings: Settings; name: string }

export async function readSettings(tx: TenantTx): Promise<Read> {
  return asRead(await stored(tx).executeTakeFirstOrThrow())
}

/** Nobody else changes them until the transaction ends. */
export async function lockSettings(tx: TenantTx): Promise<Read> {
  return asRead(await stored(tx).forUpdate().executeTakeFirstOrThrow())
}

function stored(tx: TenantTx) {
  return tx.kysely
    .selectFrom('tenants')
    .select(['records_reads', 'audit_days', 'name'])
    .where('id', '=', tx.scope.tenantId)
}

type Stored = { records_reads: string; audit_days: number | null; name: string }

function asRead({ records_reads, audit_days: keeps_days, name }: Stored): Read {
  return { settings: { records_reads: records_reads as Settings['records_reads'], keeps_days }, name }
}

export async function updateSettings(tx: TenantTx, { records_reads, keeps_days }: Settings): Promise<void> {
  await tx.kysely
    .updateTable('tenants')
    .set({ records_reads, audit_days: keeps_days })
    .where('id', '=', tx.scope.tenantId)
    .execute()
}
