import type { Permission } from '#platform/scope/index.ts'

/** What a grant says in the place where it stands. */
export type Saying = { effect: 'allow' | 'deny'; permissions: readonly string[] }

/** Which of the grants of one place decides about a permission: a deny, else an allow, else none of them. */
export function decidingGrant<Grant extends Saying>(
  grants: readonly Grant[],
  permission: Permission,
): Grant | undefined {
  const about = grants.filter(({ permissions }) => permissions.includes(permission))
  return about.find(({ effect }) => effect === 'deny') ?? about[0]
}

/** The nearest place that says something decides; undefined where none does. */
export function decidingPlace<Grant extends Saying>(
  nearestFirst: readonly (readonly Grant[])[],
  permission: Permission,
): Grant | undefined {
  for (const grants of nearestFirst) {
    const grant = decidingGrant(grants, permission)
    if (grant) return grant
  }
  return undefined
}

/** What a user is: roles that are theirs. */
export type HeldRole = {
  id: string
  slug: string
  isBuiltIn: boolean
  permissions: readonly Permission[]
  entersOpenSpaces: boolean
}

export function isOwner(roles: readonly HeldRole[]): boolean {
  return roles.some(({ isBuiltIn, slug }) => isBuiltIn && slug === 'owner')
}

/** What roles let do at all, wherever that may be. */
export function permissionsOfRoles(roles: readonly HeldRole[]): Set<Permission> {
  return new Set(roles.flatMap(({ permissions }) => permissions))
}

/** Where no grant says anything: an open space lets members in, by those roles of theirs that hold the permission. */
export function isLetInBySpace(isOpen: boolean, roles: readonly HeldRole[], permission: Permission): boolean {
  return (
    isOpen &&
    roles.some(({ entersOpenSpaces, permissions }) => entersOpenSpaces && permissions.includes(permission))
  )
}
