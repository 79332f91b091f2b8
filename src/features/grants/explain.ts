import {
  decidingPlace,
  getUser,
  isLetInBySpace,
  isOwner,
  permissionsOfRoles,
  readRights,
  type UserRights,
} from '#features/access/index.ts'
import { getFile, getFolder } from '#features/files/index.ts'
import { getSpace } from '#features/tenancy/index.ts'
import type { Db, TenantTx } from '#platform/db/index.ts'
import { formatId } from '#platform/ids.ts'
import { type Permission, placePermissions, type TenantScope } from '#platform/scope/index.ts'
import { assertOneOf, type Where } from './find-target.ts'
import { presentGrant } from './present.ts'
import { getGrant, readFoldersAbove } from './queries.ts'

/**
 * What a user may do in a place, and what decided so.
 * @throws input.invalid, users.not_found, and the not_found of the place
 */
export async function explainAccess(
  scope: TenantScope,
  { user: text, ...where }: { user: string } & Where,
  { db }: { db: Db },
) {
  assertOneOf(where, ['space', 'folder', 'file'])
  return db.tenant(scope, async (tx) => {
    const user = await getUser(tx, text)
    const place = await findPlace(tx, where)
    const rights = await readRights(tx, user.id)
    if (!rights) throw new Error(`user ${user.id} went away`)
    const folders = await readFoldersAbove(tx, place.folder)
    const nearestFirst = [...(place.file === null ? [] : [place.file]), ...folders, place.space]
    const permissions = []
    for (const permission of placePermissions) {
      const { grant, ...decided } = decide(rights, nearestFirst, permission)
      const shown = grant === undefined ? null : presentGrant(await getGrant(tx, formatId('gra', grant)))
      permissions.push({ permission, ...decided, grant: shown })
    }
    return {
      user_id: formatId('usr', user.id),
      space_id: formatId('spc', place.space),
      folder_id: place.folder && formatId('fld', place.folder),
      file_id: place.file && formatId('fil', place.file),
      permissions,
    }
  })
}

type Place = { space: string; folder: string | null; file: string | null }

async function findPlace(tx: TenantTx, { space, folder, file }: Where): Promise<Place> {
  if (space !== undefined) return { space: (await getSpace(tx, space)).id, folder: null, file: null }
  if (folder !== undefined) {
    const { id, space_id } = await getFolder(tx, folder)
    return { space: space_id, folder: id, file: null }
  }
  const { id, space_id } = await getFile(tx, file ?? '')
  const row = await tx.kysely
    .selectFrom('files')
    .select('folder_id')
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  return { space: space_id, folder: row.folder_id, file: id }
}

type Decision = { allowed: boolean; rule: Rule; grant?: string }
type Rule = 'deactivated' | 'owner' | 'no_role' | 'grant' | 'open_space' | 'restricted_space' | 'no_member'

function decide(rights: UserRights, nearestFirst: readonly string[], permission: Permission): Decision {
  const { user, roles, spaces, grants } = rights
  if (!user.isActive) return { allowed: false, rule: 'deactivated' }
  if (isOwner(roles)) return { allowed: true, rule: 'owner' }
  if (!permissionsOfRoles(roles).has(permission)) return { allowed: false, rule: 'no_role' }
  const said = nearestFirst.map((place) => grants.filter(({ on }) => on === place))
  const grant = decidingPlace(said, permission)
  if (grant) return { allowed: grant.effect === 'allow', rule: 'grant', grant: grant.id }
  const isOpen = spaces.some(({ id, isOpen }) => isOpen && id === nearestFirst.at(-1))
  if (isLetInBySpace(isOpen, roles, permission)) return { allowed: true, rule: 'open_space' }
  return { allowed: false, rule: isOpen ? 'no_member' : 'restricted_space' }
}
