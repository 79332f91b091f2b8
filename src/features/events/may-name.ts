import { sql } from 'kysely'
import { actorIdOf } from '#platform/events/index.ts'
import { formatId } from '#platform/ids.ts'
import type { TenantScope } from '#platform/scope/index.ts'

/**
 * Who is held to spaces sees what happens in them, and by whom only as far as they may know who there is: themselves, and
 * users where they may list these. Keys of the tenant are none of theirs.
 */
export function mayNameActor(scope: TenantScope, actorId: string): boolean {
  return scope.spaces === 'all' || actorId === actorIdOf(scope)
}

/** The key that made something; null for who may not know it. */
export function makerFor(scope: TenantScope, keyId: string): string | null {
  const id = formatId('key', keyId)
  return mayNameActor(scope, id) ? id : null
}

export function mayNameUser({ spaces, permissions, user }: TenantScope, publicId: string): boolean {
  const isSelf = user !== undefined && formatId('usr', user.id) === publicId
  return spaces === 'all' || permissions.has('users:read') || isSelf
}

/** The same of rows of events, for statements that put them together. */
export function mayNameInRows(scope: TenantScope) {
  const { permissions, user } = scope
  const isWhole = scope.spaces === 'all'
  return {
    actor: sql<boolean>`(${isWhole} or actor_id = ${actorIdOf(scope)})`,
    // A key without a user compares with none, which would be neither true nor false.
    user: sql<boolean>`(${isWhole || permissions.has('users:read')} or coalesce(user_id = ${user?.id ?? null}::uuid, false))`,
  }
}
