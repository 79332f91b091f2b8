import type { Selectable } from 'kysely'
import { pageByCreation, type PageRequest, type Tables, type TenantTx } from '#platform/db/index.ts'
import { parseReference } from '#platform/reference.ts'
import { roleNotFound } from '../errors.ts'

export type RoleRow = Selectable<Tables['roles']>

/** By id or slug. @throws roles.not_found */
export async function getRole(tx: TenantTx, text: string): Promise<RoleRow> {
  const [role] = await findRoles(tx, [text])
  if (!role) throw roleNotFound()
  return role
}

/** Those that are there, each once. */
export async function findRoles(tx: TenantTx, references: readonly string[]): Promise<RoleRow[]> {
  const known = references.flatMap((text) => parseReference('rol', text) ?? [])
  const valuesOf = (column: 'id' | 'slug') =>
    known.filter((one) => one.column === column).map(({ value }) => value)
  return tx.kysely
    .selectFrom('roles')
    .selectAll()
    .where((eb) =>
      eb.or((['id', 'slug'] as const).map((column) => eb(column, '=', eb.fn.any(eb.val(valuesOf(column)))))),
    )
    .orderBy('slug')
    .execute()
}

export function listRoles(tx: TenantTx, page: PageRequest) {
  return pageByCreation(tx.kysely.selectFrom('roles').selectAll(), 'roles', page).execute()
}
