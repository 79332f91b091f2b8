import { type Permission, permissionsOf } from '#platform/scope/index.ts'
import type { HeldRole } from '../rights/decide.ts'
import { builtInRoles, isBuiltInRole } from './built-in.ts'

export type StoredRole = Omit<HeldRole, 'permissions'> & { permissions: readonly string[] }

/** A role as it counts now: a built-in one as this version has it, and of another one no permission that is gone. */
export function heldRole(role: StoredRole): HeldRole {
  if (role.isBuiltIn && isBuiltInRole(role.slug)) {
    const { permissions, entersOpenSpaces } = builtInRoles[role.slug]
    return { ...role, permissions, entersOpenSpaces }
  }
  const stored = new Set(role.permissions)
  return { ...role, permissions: permissionsOf.tenant.filter((p: Permission) => stored.has(p)) }
}
