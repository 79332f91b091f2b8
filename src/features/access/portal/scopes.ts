import type { Permission } from '#platform/scope/index.ts'

/** What a portal token lets do, in the words of its issuer. */
export const portalScopes = {
  browse: ['spaces:read', 'files:read'],
  search: ['search:query'],
  ask: ['answers:ask'],
  upload: ['files:write'],
} as const satisfies Record<string, readonly Permission[]>

export type PortalScope = keyof typeof portalScopes

/** A stored scope that there is no more is void. */
export function permissionsOfScopes(scopes: readonly string[]): Set<Permission> {
  return new Set(scopes.flatMap((scope) => (isPortalScope(scope) ? portalScopes[scope] : [])))
}

function isPortalScope(text: string): text is PortalScope {
  return Object.hasOwn(portalScopes, text)
}
