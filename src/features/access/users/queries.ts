import type { Selectable } from 'kysely'
import { pageByCreation, type PageRequest, type Tables, type TenantTx } from '#platform/db/index.ts'
import { formatId, parseId } from '#platform/ids.ts'
import { userNotFound } from '../errors.ts'

export type UserRow = Selectable<Tables['users']>
/** With the slugs of their roles. */
export type UserWithRoles = UserRow & { roles: string[] }

/** @throws users.not_found for an id of somebody else's, an unknown one, and text that is no id */
export async function getUser(tx: TenantTx, text: string): Promise<UserRow> {
  const id = parseId('usr', text)
  const row = id && (await tx.kysely.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirst())
  if (!row) throw userNotFound()
  return row
}

/** @throws users.not_found */
export async function getUserWithRoles(tx: TenantTx, text: string): Promise<UserWithRoles> {
  const [user] = await withRoles(tx, [await getUser(tx, text)])
  if (!user) throw userNotFound()
  return user
}

export type UserFilter = {
  email?: string | undefined
  externalId?: string | undefined
  status?: string | undefined
  kind?: string | undefined
}

export async function listUsers(tx: TenantTx, filter: UserFilter, page: PageRequest) {
  let query = tx.kysely.selectFrom('users').selectAll()
  if (filter.email !== undefined) query = query.where('email', '=', filter.email)
  if (filter.externalId !== undefined) query = query.where('external_id', '=', filter.externalId)
  if (filter.status !== undefined) query = query.where('status', '=', filter.status)
  if (filter.kind !== undefined) query = query.where('kind', '=', filter.kind)
  return withRoles(tx, await pageByCreation(query, 'users', page).execute())
}

async function withRoles(tx: TenantTx, users: UserRow[]): Promise<UserWithRoles[]> {
  if (users.length === 0) return []
  const held = await tx.kysely
    .selectFrom('user_roles')
    .innerJoin('roles', 'roles.id', 'user_roles.role_id')
    .select(['user_roles.user_id', 'roles.slug'])
    .where(
      'user_roles.user_id',
      'in',
      users.map(({ id }) => id),
    )
    .orderBy('roles.slug')
    .execute()
  const slugs = Map.groupBy(held, ({ user_id }) => user_id)
  return users.map((user) => ({ ...user, roles: (slugs.get(user.id) ?? []).map(({ slug }) => slug) }))
}

export function userReference(row: { id: string }): string {
  return formatId('usr', row.id)
}
