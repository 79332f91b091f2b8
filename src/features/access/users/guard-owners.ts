import type { TenantTx } from '#platform/db/index.ts'
import { lastOwner, ownersOnly } from '../errors.ts'
import { lockTenant } from '../lock-tenant.ts'

/** @throws users.owners_only when the user is an owner and the caller may not make any */
export async function assertMayChangeOwner(tx: TenantTx, userId: string): Promise<void> {
  if (tx.scope.permissions.has('owners:manage')) return
  if (await isOwner(tx, userId)) throw ownersOnly()
}

/**
 * Does what may cost a user the role of an owner, or their use of it. Two of the last two owners who leave at once do so
 * one after the other.
 * @throws users.owners_only, users.last_owner
 */
export async function keepingAnOwner<T>(tx: TenantTx, userId: string, change: () => Promise<T>): Promise<T> {
  await lockTenant(tx)
  await assertMayChangeOwner(tx, userId)
  const before = await activeOwners(tx)
  const result = await change()
  if (before.includes(userId) && (await activeOwners(tx)).length === 0) throw lastOwner()
  return result
}

async function isOwner(tx: TenantTx, userId: string): Promise<boolean> {
  const row = await owners(tx).where('user_roles.user_id', '=', userId).executeTakeFirst()
  return row !== undefined
}

async function activeOwners(tx: TenantTx): Promise<string[]> {
  const rows = await owners(tx)
    .innerJoin('users', 'users.id', 'user_roles.user_id')
    .where('users.status', '=', 'active')
    .limit(2)
    .execute()
  return rows.map(({ user_id }) => user_id)
}

function owners(tx: TenantTx) {
  return tx.kysely
    .selectFrom('user_roles')
    .innerJoin('roles', 'roles.id', 'user_roles.role_id')
    .select('user_roles.user_id')
    .where('roles.is_built_in', '=', true)
    .where('roles.slug', '=', 'owner')
}
