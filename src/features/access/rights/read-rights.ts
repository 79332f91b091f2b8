import { sql } from 'kysely'
import type { TenantTx } from '#platform/db/index.ts'
import type { Permission } from '#platform/scope/index.ts'
import { heldRole, type StoredRole } from '../roles/held-role.ts'
import type { Rights } from './find-places.ts'

export type UserRights = Rights & { user: { id: string; name: string; isActive: boolean } }

type Row = {
  user: UserRights['user'] | null
  roles: StoredRole[]
  spaces: Rights['spaces']
  grants: { id: string; effect: 'allow' | 'deny'; permissions: Permission[]; on: string }[]
  folders: { id: string; parentId: string | null; spaceId: string }[]
  files: { id: string; folderId: string | null; spaceId: string }[]
}

/**
 * What decides about a user's rights, in one statement, because it stands before every request of theirs: 10,000 grants
 * on one folder cost nobody but those whom they name. Undefined when there is no such user.
 */
export async function readRights(tx: TenantTx, userId: string): Promise<UserRights | undefined> {
  const { tenantId } = tx.scope
  const { rows } = await sql<Row>`
    with recursive own_groups (id) as (
      select group_id from group_members where tenant_id = ${tenantId} and user_id = ${userId}
      union
      select above.group_id from own_groups join group_members above
        on above.tenant_id = ${tenantId} and above.member_group_id = own_groups.id
    ),
    own_roles as (
      select roles.* from user_roles join roles on roles.tenant_id = ${tenantId} and roles.id = user_roles.role_id
      where user_roles.tenant_id = ${tenantId} and user_roles.user_id = ${userId}
    ),
    own_grants as materialized (
      select * from grants where tenant_id = ${tenantId} and user_id = ${userId}
      union all
      select * from grants where tenant_id = ${tenantId} and group_id in (select id from own_groups)
      union all
      select * from grants where tenant_id = ${tenantId} and role_id in (select id from own_roles)
    ),
    below (id, parent_id, space_id) as (
      select id, parent_id, space_id from folders
      where tenant_id = ${tenantId} and id in (select on_folder from own_grants)
      union
      select folders.id, folders.parent_id, folders.space_id from below join folders
        on folders.tenant_id = ${tenantId} and folders.space_id = below.space_id and folders.parent_id = below.id
    )
    select
      (select jsonb_build_object('id', id, 'name', name, 'isActive', status = 'active') from users
        where tenant_id = ${tenantId} and id = ${userId}) as user,
      (select coalesce(jsonb_agg(jsonb_build_object('id', id, 'slug', slug, 'isBuiltIn', is_built_in,
        'permissions', permissions, 'entersOpenSpaces', enters_open_spaces)), '[]') from own_roles) as roles,
      (select coalesce(jsonb_agg(jsonb_build_object('id', id, 'isOpen', visibility = 'open', 'isTest', mode = 'test')), '[]')
        from spaces where tenant_id = ${tenantId}) as spaces,
      (select coalesce(jsonb_agg(jsonb_build_object('id', id, 'effect', effect, 'permissions', permissions,
        'on', coalesce(on_space, on_folder, on_file))), '[]') from own_grants) as grants,
      (select coalesce(jsonb_agg(jsonb_build_object('id', id, 'parentId', parent_id, 'spaceId', space_id)), '[]')
        from below) as folders,
      (select coalesce(jsonb_agg(jsonb_build_object('id', id, 'folderId', coalesce(folder_id, trashed_folder_id),
        'spaceId', space_id)), '[]') from files where tenant_id = ${tenantId} and id in (select on_file from own_grants)
        -- Where the folder it lay in is gone, it is nobody's who is held to parts.
        and (trashed_folder_id is null or exists (select from folders
          where tenant_id = ${tenantId} and folders.space_id = files.space_id and folders.id = files.trashed_folder_id))) as files
  `.execute(tx.kysely)
  const [row] = rows
  if (!row?.user) return undefined
  return { ...row, user: row.user, roles: row.roles.map(heldRole) }
}

/** Spaces in which test keys may act. */
export async function readTestSpaces(tx: TenantTx): Promise<string[]> {
  const rows = await tx.kysely.selectFrom('spaces').select('id').where('mode', '=', 'test').execute()
  return rows.map(({ id }) => id)
}
