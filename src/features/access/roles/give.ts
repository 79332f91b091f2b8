import type { TenantTx } from '#platform/db/index.ts'
import type { Permission } from '#platform/scope/index.ts'
import { beyondOwnRights, ownersOnly, roleNotFound } from '../errors.ts'
import { heldRole } from './held-role.ts'
import { findRoles, type RoleRow } from './queries.ts'

/**
 * Roles by ids or slugs, each of which the caller may give: nobody gives more than they have, and owners come from owners.
 * @param kept slugs of roles that their holder has already, which need no right
 * @throws roles.not_found, users.owners_only, keys.beyond_own_rights
 */
export async function findGivableRoles(
  tx: TenantTx,
  references: readonly string[],
  kept: ReadonlySet<string> = new Set(),
): Promise<RoleRow[]> {
  const roles = await findRoles(tx, references)
  if (roles.length < new Set(references).size) throw roleNotFound()
  for (const role of roles) {
    if (kept.has(role.slug)) continue
    const { permissions } = heldRole({
      id: role.id,
      slug: role.slug,
      isBuiltIn: role.is_built_in,
      permissions: role.permissions,
      entersOpenSpaces: role.enters_open_spaces,
    })
    if (permissions.includes('owners:manage') && !tx.scope.permissions.has('owners:manage'))
      throw ownersOnly()
    assertHeld(tx, permissions)
  }
  return roles
}

/** @throws keys.beyond_own_rights */
export function assertHeld(tx: TenantTx, permissions: readonly Permission[]): void {
  const excess = permissions.filter((permission) => !tx.scope.permissions.has(permission))
  if (excess.length > 0) throw beyondOwnRights(`Not yours to give: ${excess.join(', ')}.`)
}

export async function giveRoles(
  tx: TenantTx,
  userId: string,
  roles: readonly { id: string }[],
): Promise<void> {
  if (roles.length === 0) return
  const { tenantId } = tx.scope
  await tx.kysely
    .insertInto('user_roles')
    .values(roles.map(({ id }) => ({ tenant_id: tenantId, user_id: userId, role_id: id })))
    .execute()
}
