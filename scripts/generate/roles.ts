import { builtInRoles, rolesAbove } from '#features/access/roles/built-in.ts'
import { placePermissions, permissionsOf } from '#platform/scope/index.ts'
import { code, page, table } from './markdown.ts'

/** What each role holds, from the same values that decide requests. */
export function generateRoles(): string {
  const roles = Object.entries(builtInRoles)
  const yes = (held: readonly string[], permission: string) => (held.includes(permission) ? 'yes' : '')
  const rows = permissionsOf.tenant.map((permission) => [
    code(permission) + ((placePermissions as readonly string[]).includes(permission) ? ' *' : ''),
    ...roles.map(([, { permissions }]) => yes(permissions, permission)),
  ])
  return page(
    'Roles',
    'src/features/access/roles/built-in.ts',
    'A role says what somebody may do at all; grants and the setting of a space say where. With a star: what grants can name.',
    table(['Permission', ...roles.map(([slug]) => code(slug))], rows),
    table(
      ['Role', 'Is', 'Enters open spaces'],
      roles.map(([slug, { meaning, entersOpenSpaces }]) => [
        code(slug),
        meaning,
        entersOpenSpaces ? 'yes' : '',
      ]),
    ),
    'Of keys above the tenants, by `preset`:',
    table(
      ['Preset', 'Level', 'Permissions'],
      Object.entries(rolesAbove).map(([name, { level, permissions }]) => [
        code(name),
        level,
        permissions.map(code).join(', '),
      ]),
    ),
  )
}
