import { getSpace, getSpaceOr, spaceArchived } from '#features/tenancy/index.ts'
import type { TenantTx } from '#platform/db/index.ts'
import { formatId } from '#platform/ids.ts'
import { type CreateDeps, ensurePath } from './create.ts'
import { lockTree } from './lock-tree.ts'
import { getFolder, getFolderIn } from './queries.ts'
import { readPath } from './read-name.ts'

export type AskedPlace = {
  space?: string | undefined
  /** Null: in no folder. */
  folder?: string | null | undefined
  /** Below that folder; made where it is missing. */
  path?: string | undefined
  /** What the file is called: a path may end in it. */
  fileName: string
}

export type Place = {
  space: Awaited<ReturnType<typeof getSpace>>
  /** Undefined when nothing was said about a folder. */
  folderId: string | null | undefined
}

/**
 * Where a file is to lie. Whoever names a folder holds the tree from here on, so that it is still there when the file
 * comes.
 * @throws spaces.not_found, spaces.archived, folders.not_found, input.invalid
 */
export async function resolvePlace(tx: TenantTx, asked: AskedPlace, deps: CreateDeps): Promise<Place> {
  const space = await spaceOf(tx, asked)
  if (space.status === 'archived') throw spaceArchived()
  const { folder: named, path } = asked
  if (named === undefined && path === undefined) return { space, folderId: undefined }
  await lockTree(tx, space.id, 'shared')
  const parent = typeof named === 'string' ? await getFolderIn(tx, space.id, named) : undefined
  const names = path === undefined ? [] : readPath(withoutName(path, asked.fileName), 'path')
  const { folder } = await ensurePath(tx, space.id, parent, names, deps)
  return { space, folderId: folder?.id ?? null }
}

/** A folder that is named says which space is meant. */
async function spaceOf(tx: TenantTx, { space, folder }: AskedPlace) {
  if (space !== undefined || typeof folder !== 'string') return getSpaceOr(tx, space)
  return getSpace(tx, formatId('spc', (await getFolder(tx, folder)).space_id))
}

/** `Contracts/lease.pdf` is where browsers say that `lease.pdf` lay. */
function withoutName(path: string, fileName: string): string {
  const [last, ...above] = path.split('/').reverse()
  return last?.normalize('NFC') === fileName ? above.reverse().join('/') : path
}
