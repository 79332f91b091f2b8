import { type Execute, openOwnDatabase, type OwnDatabase } from '#platform/db/index.ts'
import { StartRefused } from '#platform/errors.ts'
import { type Keyring, KeyNotAdded, type WrappedKey } from './port.ts'

const table = 'bulkhead_keyring'
/** Stands in the table's comment; a table with another one was made by another version, or by somebody else. */
const comment = 'Bulkhead keyring, format '
const format = 1
/** Several servers may start at once: one makes the table, the others wait for it. */
const lockKey = 7_201_873_114

/**
 * A keyring as one table in a PostgreSQL database of its own.
 * @param url a login that may use the table, and make it at the first start
 * @throws StartRefused when the database does not answer
 */
export async function openPostgresKeyring(url: string): Promise<Keyring & { database: OwnDatabase }> {
  const database = await openOwnDatabase(url, {
    applicationName: 'bulkhead keyring',
    unreachable: (why) =>
      new StartRefused(
        `The keyring's database cannot be reached (${why}). Without it no content can be read: start it, or check BULKHEAD_KEYRING_DATABASE_URL.`,
      ),
    unavailable: 'The keyring did not answer in time.',
  })
  return { database, ...statementsOn(database) }
}

function statementsOn(database: OwnDatabase): Keyring {
  const { execute } = database
  return {
    prepare: () => makeTable(database),
    async read(tenantId) {
      const { rows } = await execute(
        `select version, master_id, wrapped, created_at from ${table} where tenant_id = $1 order by version`,
        [tenantId],
      )
      return (rows as Row[]).map(toKey)
    },
    add: (tenantId, key) => add(database, tenantId, key),
    async rewrap(tenantId, { version, masterId, wrapped }, formerId) {
      await execute(
        `update ${table} set master_id = $3, wrapped = $4 where tenant_id = $1 and version = $2 and master_id = $5`,
        [tenantId, version, masterId, wrapped, formerId],
      )
    },
    async removeBelow(tenantId, version) {
      await execute(`delete from ${table} where tenant_id = $1 and version < $2`, [tenantId, version])
    },
    destroy: (tenantId) => destroy(database, tenantId),
    async tenants() {
      const { rows } = await execute(`select distinct tenant_id from ${table} order by tenant_id`)
      return rows.map((row) => String(row['tenant_id']))
    },
    async countByMaster() {
      const { rows } = await execute(
        `select master_id, count(*)::int as keys from ${table} group by master_id`,
      )
      return new Map(rows.map((row) => [String(row['master_id']), Number(row['keys'])]))
    },
    close: database.close,
  }
}

/** A later version comes only beside an earlier one. */
async function add({ transaction }: OwnDatabase, tenantId: string, key: WrappedKey): Promise<void> {
  const { version, masterId, wrapped, createdAt } = key
  const added = await transaction(async (execute) => {
    await lockTenant(execute, tenantId)
    const { rows } = await execute(
      `insert into ${table} (tenant_id, version, master_id, wrapped, created_at)
       select $1::uuid, $2::int, $3, $4, $5
       where $2 = 1 or exists (select from ${table} where tenant_id = $1 and version < $2)
       on conflict do nothing
       returning version`,
      [tenantId, version, masterId, wrapped, createdAt],
    )
    return rows.length > 0
  })
  if (!added) throw new KeyNotAdded(tenantId, version)
}

function destroy({ transaction }: OwnDatabase, tenantId: string): Promise<void> {
  return transaction(async (execute) => {
    await lockTenant(execute, tenantId)
    await execute(`delete from ${table} where tenant_id = $1`, [tenantId])
  })
}

/** Until the transaction ends. A key that is added while its tenant is destroyed would outlive it. */
async function lockTenant(execute: Execute, tenantId: string): Promise<void> {
  await execute('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`${table}/${tenantId}`])
}

/** @throws StartRefused for a table that this version does not know */
async function makeTable({ transaction }: OwnDatabase): Promise<void> {
  await transaction(async (execute) => {
    await execute(`select pg_advisory_xact_lock(${lockKey})`)
    const { rows } = await execute(
      `select coalesce(obj_description(to_regclass('${table}'), 'pg_class'), '') as comment
       where to_regclass('${table}') is not null`,
    )
    const [found] = rows
    if (found) return refuseUnknown(String(found['comment']))
    await execute(
      `create table ${table} (
         tenant_id uuid not null,
         version int not null check (version > 0),
         master_id text not null,
         wrapped bytea not null,
         created_at timestamptz not null,
         primary key (tenant_id, version)
       );
       comment on table ${table} is '${comment}${format}'`,
    )
  })
}

function refuseUnknown(found: string): void {
  const number = found.startsWith(comment) ? Number(found.slice(comment.length)) : undefined
  if (number === format) return
  throw new StartRefused(
    number !== undefined && number > format
      ? `The keyring's table has format ${number}, this version of Bulkhead knows ${format}. Start the newer version.`
      : `The table ${table} in the keyring's database was not made by Bulkhead. Name another database in BULKHEAD_KEYRING_DATABASE_URL.`,
  )
}

type Row = { version: number; master_id: string; wrapped: Buffer; created_at: Date }

function toKey({ version, master_id: masterId, wrapped, created_at: createdAt }: Row): WrappedKey {
  return { version, masterId, wrapped, createdAt }
}
