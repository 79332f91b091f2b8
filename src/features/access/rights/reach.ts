import { type Permission, permissionsOf, placePermissions, type TenantScope } from '#platform/scope/index.ts'
import { isOwner } from './decide.ts'
import { findPlaces, type Rights } from './find-places.ts'

/** What a request wants to do: the `access` of its route. */
export type Access = Permission | 'authenticated' | 'public'

type TenantPermission = (typeof permissionsOf.tenant)[number]

/**
 * Where a permission counts: in the tenant as a whole; in the spaces that its holder enters; in single places, which it
 * reads or changes. Every permission has to be here, so that no new one reaches further than somebody has said.
 */
const reachOf = {
  'tenants:read': 'tenant',
  'users:read': 'tenant',
  'users:manage': 'tenant',
  'owners:manage': 'tenant',
  'roles:manage': 'tenant',
  'keys:manage': 'tenant',
  'spaces:manage': 'tenant',
  'grants:manage': 'tenant',
  'portal:issue': 'tenant',
  'audit:read': 'tenant',
  'audit:manage': 'tenant',
  'webhooks:manage': 'tenant',
  'spaces:read': 'spaces',
  'events:read': 'spaces',
  'files:read': 'reading',
  'search:query': 'reading',
  'answers:ask': 'reading',
  'files:write': 'changing',
  'files:delete': 'changing',
} as const satisfies Record<TenantPermission, 'tenant' | 'spaces' | 'reading' | 'changing'>

export type Reach = Pick<TenantScope, 'spaces' | 'part'>

/**
 * Which spaces, and which parts of them, a request of a user sees and changes.
 * @param held what the credential and the user's roles let do at all
 */
export function findReach(rights: Rights, held: ReadonlySet<Permission>, access: Access): Reach {
  if (isOwner(rights.roles)) return { spaces: 'all' }
  const kind = access in reachOf ? reachOf[access as TenantPermission] : 'spaces'
  if (kind === 'tenant') return { spaces: 'all' }
  if (kind === 'spaces' && (held.has('spaces:manage') || held.has('grants:manage'))) return { spaces: 'all' }
  const own = access as Permission
  const all = placePermissions.filter((permission) => held.has(permission))
  const seen = { spaces: all, reading: [own], changing: [own, 'files:read' as const] }[kind]
  const sees = findPlaces(rights, only(seen, held))
  const changes = findPlaces(rights, kind === 'changing' ? only([own], held) : [])
  const isWhole = [sees, changes].every(({ within, except }) => within.length + except.length === 0)
  const isAlike = kind !== 'changing' || changes.spaces.length === sees.spaces.length
  return { spaces: sees.entered, ...(isWhole && isAlike ? {} : { part: { sees, changes } }) }
}

function only(permissions: readonly Permission[], held: ReadonlySet<Permission>) {
  return permissions.filter((permission) => held.has(permission))
}
