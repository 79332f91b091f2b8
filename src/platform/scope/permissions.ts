/** Every permission there is; the `access` of a route is one of these or `public`. */
export const permissions = [
  'health:read',
  'keyring:manage',
  'partners:manage',
  'tenants:read',
  'tenants:manage',
  'users:read',
  'users:manage',
  'owners:manage',
  'roles:manage',
  'keys:manage',
  'spaces:read',
  'spaces:manage',
  'grants:manage',
  'files:read',
  'files:write',
  'files:delete',
  'search:query',
  'answers:ask',
  'portal:issue',
  'events:read',
  'audit:read',
  'audit:manage',
  'webhooks:manage',
] as const

export type Permission = (typeof permissions)[number]

/** What a key of each level may hold at most. Platform and partner keys never reach content. */
export const permissionsOf = {
  platform: [
    'health:read',
    'keyring:manage',
    'partners:manage',
    'tenants:read',
    'tenants:manage',
    'keys:manage',
    'audit:read',
    'audit:manage',
  ],
  partner: ['tenants:read', 'tenants:manage', 'keys:manage', 'audit:read', 'audit:manage'],
  tenant: [
    'tenants:read',
    'users:read',
    'users:manage',
    'owners:manage',
    'roles:manage',
    'keys:manage',
    'spaces:read',
    'spaces:manage',
    'grants:manage',
    'files:read',
    'files:write',
    'files:delete',
    'search:query',
    'answers:ask',
    'portal:issue',
    'events:read',
    'audit:read',
    'audit:manage',
    'webhooks:manage',
  ],
  space: [
    'spaces:read',
    'files:read',
    'files:write',
    'files:delete',
    'search:query',
    'answers:ask',
    'events:read',
    'webhooks:manage',
  ],
} as const satisfies Record<string, readonly Permission[]>

/** What a grant can let somebody do in a place, or keep them from. */
export const placePermissions = [
  'files:read',
  'files:write',
  'files:delete',
  'search:query',
  'answers:ask',
] as const satisfies readonly Permission[]

export type KeyLevel = keyof typeof permissionsOf
