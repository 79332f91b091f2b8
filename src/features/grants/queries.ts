import { type Selectable, sql } from 'kysely'
import { pageByCreation, type PageRequest, type Tables, type TenantTx } from '#platform/db/index.ts'
import { parseId } from '#platform/ids.ts'
import { grantNotFound } from './errors.ts'

export type GrantRow = Selectable<Tables['grants']>

/** @throws grants.not_found */
export async function getGrant(tx: TenantTx, text: string): Promise<GrantRow> {
  const id = parseId('gra', text)
  const row = id && (await tx.kysely.selectFrom('grants').selectAll().where('id', '=', id).executeTakeFirst())
  if (!row) throw grantNotFound()
  return row
}

/** For whom a grant is and on what: of each one of three. */
export type Target = Partial<
  Pick<GrantRow, 'user_id' | 'group_id' | 'role_id' | 'on_space' | 'on_folder' | 'on_file'>
>

export function listGrants(tx: TenantTx, target: Target, page: PageRequest) {
  let query = tx.kysely.selectFrom('grants').selectAll()
  for (const [column, id] of Object.entries(target)) query = query.where(column as keyof Target, '=', id)
  return pageByCreation(query, 'grants', page).execute()
}

/** A folder and those above it, the nearest first. */
export async function readFoldersAbove(tx: TenantTx, folderId: string | null): Promise<string[]> {
  if (folderId === null) return []
  const { tenantId } = tx.scope
  const { rows } = await sql<{ id: string }>`
    with recursive above (id, parent_id, distance) as (
      select id, parent_id, 0 from folders where tenant_id = ${tenantId} and id = ${folderId}
      union all
      select folders.id, folders.parent_id, distance + 1 from above join folders
        on folders.tenant_id = ${tenantId} and folders.id = above.parent_id
    )
    select id from above order by distance`.execute(tx.kysely)
  return rows.map(({ id }) => id)
}
