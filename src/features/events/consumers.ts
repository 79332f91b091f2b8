import { sql } from 'kysely'
import { operatorScope, operatorTenantScope } from '#features/access/index.ts'
import type { Db, TenantTx } from '#platform/db/index.ts'
import type { TenantScope } from '#platform/scope/index.ts'

/** Tables whose rows go through the events of their tenant, each with a `status` and a `position` of its own. */
const tables = { webhooks: 'webhook_endpoints', alerts: 'alerts' } as const

/** What is done with new events: by webhooks, by alerts. */
export type Consumer = {
  /** Also who acts, in what is recorded of it. */
  name: keyof typeof tables
  /**
   * Takes some events after the position of one row, and moves the position, in one transaction that holds the row.
   * @returns whether there may be more to take
   */
  takeSome: (scope: TenantScope, id: string) => Promise<boolean>
}

/** Of a tenant, which consumer has rows that are behind the end of its events. */
export type Behind = { tenant_id: string; name: Consumer['name'] }

/** Of all tenants, or of one; of those who are behind nothing else is seen. */
export function findBehind(db: Db, tenantId?: string): Promise<Behind[]> {
  const behindOf = (name: Consumer['name']) => {
    const table = sql.table(tables[name])
    return sql`select distinct ${table}.tenant_id, ${sql.lit(name)} as name from ${table}
      join event_chains on event_chains.tenant_id = ${table}.tenant_id
      where ${table}.status = 'active' and event_chains.number > ${table}.position
      ${tenantId === undefined ? sql`` : sql`and ${table}.tenant_id = ${tenantId}`}`
  }
  return db.system(
    'find-consumers',
    async (tx) => {
      const { rows } = await sql<Behind>`${behindOf('webhooks')} union all ${behindOf('alerts')}`.execute(
        tx.kysely,
      )
      return rows
    },
    'consumers',
  )
}

/** Active rows of a consumer, by their ids. */
export async function listActive(tx: TenantTx, name: Consumer['name']): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`select id from ${sql.table(tables[name])}
    where tenant_id = ${tx.scope.tenantId} and status = 'active' order by id`.execute(tx.kysely)
  return rows.map(({ id }) => id)
}

/** Under this a consumer works for a tenant; undefined where the tenant does not work, and is served when it does again. */
export async function scopeOf(db: Db, { tenant_id, name }: Behind): Promise<TenantScope | undefined> {
  const operator = operatorScope(name)
  const tenant = await db.platform(operator, (tx) =>
    tx.kysely
      .selectFrom('tenants')
      .select(['id', 'partner_id', 'status'])
      .where('id', '=', tenant_id)
      .executeTakeFirst(),
  )
  if (tenant?.status !== 'active') return undefined
  return operatorTenantScope(operator, { id: tenant.id, partnerId: tenant.partner_id })
}
