import type { Selectable } from 'kysely'
import { pageByCreation, type PageRequest, type Tables, type TenantTx } from '#platform/db/index.ts'
import { parseId } from '#platform/ids.ts'
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
  const ids = references.flatMap((text) => parseId('rol', text) ?? [])
  return tx.kysely
    .selectFrom('roles')
    .selectAll()
    .where((eb) =>
      eb.or([eb('id', '=', eb.fn.any(eb.val(ids))), eb('slug', '=', eb.fn.any(eb.val([...references])))]),
    )
    .orderBy('slug')
    .execute()
}

export function listRoles(tx: TenantTx, page: PageRequest) {
  return pageByCreation(tx.kysely.selectFrom('roles').selectAll(), 'roles', page).execute()
}
