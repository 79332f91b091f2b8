import { permissions, permissionsOf } from '#platform/scope/index.ts'
import type { Route } from '#http/index.ts'
import { code, page, table } from './markdown.ts'

const levels = ['platform', 'partner', 'tenant', 'space'] as const

/** Which level of key may hold which permission, and what it opens. */
export function generatePermissions(routes: Route[]): string {
  const rows = permissions.map((permission) => [
    code(permission),
    ...levels.map((level) => (new Set<string>(permissionsOf[level]).has(permission) ? 'yes' : '')),
    routes
      .filter((route) => route.access === permission)
      .map(({ method, path }) => code(`${method} ${path}`))
      .join(', '),
  ])
  return page(
    'Permissions',
    'src/platform/scope/permissions.ts and the route table',
    'What a key of each level can hold at most; a key may be made with fewer. Platform and partner keys never reach content.',
    table(['Permission', ...levels, 'Routes'], rows),
  )
}
