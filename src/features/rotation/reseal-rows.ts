import { sql } from 'kysely'
import type { TenantTx } from '#platform/db/index.ts'
import { isUnopenable, type Place, type Sealer, type TenantKeys } from '#platform/vault/index.ts'
import { isOlder, type SealedTable } from './sealed-tables.ts'

/** What seals anew: opens with any key of the tenant, seals with one. */
export type Resealer = { version: number; keys: TenantKeys; sealer: Sealer }

/** The id of the last row of a page, how many rows were sealed anew, and which were not. Undefined after the last. */
export type Page = { last: string; resealed: number; broken: Error[] } | undefined

/**
 * Seals the next rows after `after` anew. Rows that somebody else works on are passed over, never waited for: they are
 * met in the next round, and nobody's deletion ends in a deadlock with this.
 */
export async function resealPage(
  tx: TenantTx,
  { table, key, columns, placeOf, pageSize }: SealedTable,
  after: string,
  { version, keys, sealer }: Resealer,
): Promise<Page> {
  const { tenantId } = tx.scope
  const resealValue = (place: Place, value: Buffer | string | null | undefined) =>
    Buffer.isBuffer(value) ? sealer.seal(place, keys.unseal(place, value)) : null
  const names = sql.join([key, ...columns].map((column) => sql.ref(column)))
  const { rows } = await sql<Record<string, Buffer | string | null>>`
    select ${names} from ${sql.table(table)} where tenant_id = ${tenantId}
      and ${sql.ref(key)} > ${after}::uuid and (${isOlder(columns, version)})
    order by ${sql.ref(key)} limit ${pageSize} for update skip locked`.execute(tx.kysely)
  const broken: Error[] = []
  const fresh = rows.flatMap((row) => {
    const id = String(row[key])
    try {
      return [{ id, values: columns.map((column) => resealValue(placeOf(id, column), row[column])) }]
    } catch (error) {
      if (!isUnopenable(error)) throw error
      broken.push(error)
      return []
    }
  })
  for (const [i, column] of columns.entries()) {
    const ids = fresh.map(({ id }) => id)
    const values = fresh.map(({ values }) => values[i] ?? null)
    if (ids.length > 0) await replaceColumn(tx, { table, key, column }, ids, values)
  }
  const last = rows.at(-1)?.[key]
  return last === undefined ? undefined : { last: String(last), resealed: fresh.length, broken }
}

async function replaceColumn(
  tx: TenantTx,
  { table, key, column }: { table: string; key: string; column: string },
  ids: string[],
  values: (Buffer | null)[],
): Promise<void> {
  await sql`update ${sql.table(table)} as old set ${sql.ref(column)} = fresh.value
    from unnest(${ids}::uuid[], ${values}::bytea[]) as fresh(id, value)
    where old.tenant_id = ${tx.scope.tenantId} and ${sql.ref(`old.${key}`)} = fresh.id
      and ${sql.ref(`old.${column}`)} is not null`.execute(tx.kysely)
}
