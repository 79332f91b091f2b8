import { pageOf, readPage } from '#http/index.ts'
import { type AdminTx, type Db, pageByCreation, type Tables, type TenantTx } from '#platform/db/index.ts'
import type { Selectable } from 'kysely'

export type AnyTx = AdminTx | TenantTx

/** All columns but the hash, which no role but authentication's may read. */
const keyColumns = [
  'id',
  'level',
  'partner_id',
  'tenant_id',
  'space_id',
  'name',
  'hint',
  'permissions',
  'created_by',
  'created_at',
  'expires_at',
  'revoked_at',
] as const

export type KeyRow = Selectable<Pick<Tables['keys'], (typeof keyColumns)[number]>>

export type PresentedKey = NonNullable<Awaited<ReturnType<typeof findPresentedKey>>>

/** The key with this hash, with the standing of its tenant and partner. The policy shows this one row, if any. */
export function findPresentedKey(db: Db, hash: Buffer) {
  return db.system(
    'authenticate',
    (tx) =>
      tx.kysely
        .selectFrom('keys')
        .leftJoin('tenants', 'tenants.id', 'keys.tenant_id')
        .leftJoin('partners', 'partners.id', 'keys.partner_id')
        .select(['keys.id', 'keys.level', 'keys.name', 'keys.partner_id', 'keys.tenant_id', 'keys.space_id'])
        .select(['keys.permissions', 'keys.expires_at', 'keys.revoked_at'])
        .select(['tenants.status as tenant_status', 'partners.status as partner_status'])
        .where('keys.secret_hash', '=', hash)
        .executeTakeFirst(),
    { secretHash: hash.toString('hex') },
  )
}

export async function listKeys<T>(
  tx: AnyTx,
  query: { limit: number; cursor?: string },
  present: (row: KeyRow) => T,
) {
  const rows = await pageByCreation(keysOf(tx).select(keyColumns), 'keys', readPage(query)).execute()
  return pageOf(rows, query.limit, present, (row) => ({ at: row.created_at, id: row.id }))
}

export function findKey(tx: AnyTx, id: string): Promise<KeyRow | undefined> {
  return keysOf(tx).select(keyColumns).where('id', '=', id).executeTakeFirst()
}

export async function insertKey(
  tx: AnyTx,
  key: Omit<KeyRow, 'revoked_at'> & { secret_hash: Buffer },
): Promise<KeyRow> {
  return asShared(tx).insertInto('keys').values(key).returning(keyColumns).executeTakeFirstOrThrow()
}

export async function markRevoked(tx: AnyTx, id: string, at: Date): Promise<KeyRow | undefined> {
  return asShared(tx)
    .updateTable('keys')
    .set((eb) => ({ revoked_at: eb.fn.coalesce('revoked_at', eb.val(at)) }))
    .where('id', '=', id)
    .returning(keyColumns)
    .executeTakeFirst()
}

function keysOf(tx: AnyTx) {
  return asShared(tx).selectFrom('keys')
}

/** `keys` is visible to every role, each in its own part; the union of their types is not callable. */
function asShared(tx: AnyTx) {
  return tx.kysely as AdminTx['kysely']
}
