import type { Permission, Places } from '#platform/scope/index.ts'
import { decidingGrant, type HeldRole, isLetInBySpace, type Saying } from './decide.ts'

/** What is known of a user when a request begins. */
export type Rights = {
  roles: HeldRole[]
  spaces: { id: string; isOpen: boolean; isTest: boolean }[]
  /** Grants for the user, their groups and their roles, by the place they stand on. */
  grants: readonly (Saying & { id: string; on: string })[]
  /** Folders with such grants, and every folder below them. */
  folders: readonly { id: string; parentId: string | null; spaceId: string }[]
  /** Files with such grants. */
  files: readonly { id: string; folderId: string | null; spaceId: string }[]
}

export type FoundPlaces = Places & {
  /** Spaces with anything in them that is in. */
  entered: string[]
}

/** Where a user may do at least one of these, as far as grants and spaces decide. */
export function findPlaces(rights: Rights, permissions: readonly Permission[]): FoundPlaces {
  const decide = createDecider(rights)
  const may = (decidedBy: (permission: Permission) => boolean) => permissions.some(decidedBy)
  const found = { spaces: [] as string[], within: [] as string[], except: [] as string[] }
  const entered = new Set<string>()
  for (const { id } of rights.spaces) if (may((p) => decide.space(id, p))) found.spaces.push(id)
  const open = new Set(found.spaces)
  for (const id of open) entered.add(id)
  for (const folder of rights.folders) {
    const isIn = may((p) => decide.folder(folder.id, folder.spaceId, p))
    if (isIn) entered.add(folder.spaceId)
    if (isIn && !open.has(folder.spaceId)) found.within.push(folder.id)
    if (!isIn && open.has(folder.spaceId)) found.except.push(folder.id)
  }
  for (const file of rights.files) {
    if (!may((p) => decide.says(file.id, p))) continue
    const isIn = may((p) => decide.file(file, p))
    if (isIn) entered.add(file.spaceId)
    ;(isIn ? found.within : found.except).push(file.id)
  }
  return { ...found, entered: [...entered] }
}

function createDecider({ roles, spaces, grants, folders }: Rights) {
  const grantsOn = Map.groupBy(grants, ({ on }) => on)
  const openness = new Map(spaces.map(({ id, isOpen }) => [id, isOpen]))
  const parents = new Map(folders.map(({ id, parentId }) => [id, parentId]))
  const known = new Map<string, boolean>()

  const grantAt = (place: string, permission: Permission) =>
    decidingGrant(grantsOn.get(place) ?? [], permission)
  const allows = (grant: Saying | undefined, otherwise: () => boolean) =>
    grant ? grant.effect === 'allow' : otherwise()

  const space = (id: string, permission: Permission): boolean =>
    allows(grantAt(id, permission), () => isLetInBySpace(openness.get(id) ?? false, roles, permission))

  /** A folder that is not among those with grants and below them hears nothing but its space. */
  const folder = (id: string, spaceId: string, permission: Permission): boolean => {
    if (!parents.has(id)) return space(spaceId, permission)
    const key = `${id} ${permission}`
    const remembered = known.get(key)
    if (remembered !== undefined) return remembered
    const parent = parents.get(id) ?? null
    const decided = allows(grantAt(id, permission), () =>
      parent === null ? space(spaceId, permission) : folder(parent, spaceId, permission),
    )
    known.set(key, decided)
    return decided
  }

  return {
    space,
    folder,
    says: (place: string, permission: Permission) => grantAt(place, permission) !== undefined,
    file: ({ id, folderId, spaceId }: Rights['files'][number], permission: Permission): boolean =>
      allows(grantAt(id, permission), () =>
        folderId === null ? space(spaceId, permission) : folder(folderId, spaceId, permission),
      ),
  }
}
