import { pageOf, readPage } from '#http/index.ts'
import { type AdminTx, pageByCreation, type Tables, type TenantTx } from '#platform/db/index.ts'
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
  'user_id',
  'mode',
  'allowed_addresses',
  'last_used_at',
  'replaces',
] as const

export type KeyRow = Selectable<Pick<Tables['keys'], (typeof keyColumns)[number]>>

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
  key: Omit<KeyRow, 'revoked_at' | 'last_used_at'> & { secret_hash: Buffer },
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

/** The key with its row locked, so that two who replace it do so one after the other. */
export function lockKey(tx: AnyTx, id: string): Promise<KeyRow | undefined> {
  return keysOf(tx).select(keyColumns).where('id', '=', id).forUpdate().executeTakeFirst()
}

export async function setExpiry(tx: AnyTx, id: string, at: Date): Promise<void> {
  await asShared(tx).updateTable('keys').set({ expires_at: at }).where('id', '=', id).execute()
}

function keysOf(tx: AnyTx) {
  return asShared(tx).selectFrom('keys')
}

/** `keys` is visible to every role, each in its own part; the union of their types is not callable. */
function asShared(tx: AnyTx) {
  return tx.kysely as AdminTx['kysely']
}
