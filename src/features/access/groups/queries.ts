import { type Selectable, sql } from 'kysely'
import { pageByCreation, type PageRequest, type Tables, type TenantTx } from '#platform/db/index.ts'
import { parseId } from '#platform/ids.ts'
import { groupNotFound } from '../errors.ts'

export type GroupRow = Selectable<Tables['groups']>
export type MemberRow = Awaited<ReturnType<typeof listMembers>>[number]

/** @throws groups.not_found for an id of somebody else's, an unknown one, and text that is no id */
export async function getGroup(tx: TenantTx, text: string): Promise<GroupRow> {
  const id = parseId('grp', text)
  const row = id && (await tx.kysely.selectFrom('groups').selectAll().where('id', '=', id).executeTakeFirst())
  if (!row) throw groupNotFound()
  return row
}

export function listGroups(tx: TenantTx, externalId: string | undefined, page: PageRequest) {
  let query = tx.kysely.selectFrom('groups').selectAll()
  if (externalId !== undefined) query = query.where('external_id', '=', externalId)
  return pageByCreation(query, 'groups', page).execute()
}

/** Those who are in it by themselves, and not by another group. */
export function listMembers(tx: TenantTx, groupId: string, page: PageRequest) {
  const query = tx.kysely
    .selectFrom('group_members')
    .select(['id', 'user_id', 'member_group_id', 'created_at'])
    .where('group_id', '=', groupId)
  return pageByCreation(query, 'group_members', page).execute()
}

/** Is the one group in the other, by itself or through any number of others? */
export async function isWithin(tx: TenantTx, inner: string, outer: string): Promise<boolean> {
  const { tenantId } = tx.scope
  const { rows } = await sql<{ id: string }>`
    with recursive above (id) as (
      select ${inner}::uuid
      union
      select group_id from above join group_members
        on group_members.tenant_id = ${tenantId} and group_members.member_group_id = above.id
    )
    select id from above where id = ${outer}`.execute(tx.kysely)
  return rows.length > 0
}
