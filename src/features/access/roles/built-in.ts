import { type Permission, permissionsOf } from '#platform/scope/index.ts'

/** What a role holds. It says what somebody may do at all; grants and the setting of a space say where. */
export type Role = {
  permissions: readonly Permission[]
  /** Is somebody with it let into open spaces, without a grant? */
  entersOpenSpaces: boolean
}

const content = ['files:read', 'files:write', 'files:delete', 'search:query', 'answers:ask'] as const
const reading = ['spaces:read', 'files:read', 'search:query', 'answers:ask'] as const

/** Who issues portal tokens shows anything of the tenant to anybody; who manages the trail decides what is left to be seen. */
const ownersOnly: ReadonlySet<Permission> = new Set(['owners:manage', 'portal:issue', 'audit:manage'])

/** Roles that every tenant has. Only an owner is let into every space, whatever its setting and grants say. */
export const builtInRoles = {
  owner: {
    meaning: 'everything in the tenant, owners included',
    permissions: permissionsOf.tenant,
    entersOpenSpaces: true,
  },
  admin: {
    meaning: 'people, roles, keys, spaces and grants, and what happened; content as a member',
    permissions: permissionsOf.tenant.filter((permission) => !ownersOnly.has(permission)),
    entersOpenSpaces: true,
  },
  member: {
    meaning: 'works in the spaces they are let into',
    permissions: ['users:read', 'spaces:read', ...content],
    entersOpenSpaces: true,
  },
  viewer: {
    meaning: 'reads what they are let into',
    permissions: ['users:read', ...reading],
    entersOpenSpaces: true,
  },
  guest: {
    meaning: 'only what their grants name; sees no list of people or of other spaces',
    permissions: ['spaces:read', ...content],
    entersOpenSpaces: false,
  },
} as const satisfies Record<string, Role & { meaning: string }>

/** Sets of permissions for keys above the tenants. */
export const rolesAbove = {
  platform_admin: { level: 'platform', permissions: permissionsOf.platform },
  partner_admin: { level: 'partner', permissions: permissionsOf.partner },
  partner_viewer: { level: 'partner', permissions: ['tenants:read'] },
} as const satisfies Record<string, { level: string; permissions: readonly Permission[] }>

export type BuiltInRole = keyof typeof builtInRoles

export function isBuiltInRole(slug: string): slug is BuiltInRole {
  return Object.hasOwn(builtInRoles, slug)
}
