import { sql } from 'kysely'
import type { Clock } from '#platform/clock.ts'
import { type TenantTx, violatesUnique } from '#platform/db/index.ts'
import { changeOf } from '#platform/events/index.ts'
import { formatId } from '#platform/ids.ts'
import { folderConflict } from './errors.ts'
import { folderEvent } from './folder-event.ts'
import { lockFolders, readWholeSubtree } from './lock-folders.ts'
import { lockTree } from './lock-tree.ts'
import { type FolderRow, getFolder, getFolderIn, readHeight } from './queries.ts'
import { maxDepth, readFolderName } from './read-name.ts'

export type FolderChange = { name?: string; parent?: string | null }

/**
 * Renames a folder, or moves it within its space with everything in it.
 * @throws folders.not_found, folders.conflict, input.invalid, auth.forbidden when not all that moves is the caller's to change
 */
export async function changeFolder(
  tx: TenantTx,
  id: string,
  { name, parent }: FolderChange,
  { clock }: { clock: Clock },
): Promise<FolderRow> {
  const { space_id: spaceId } = await getFolder(tx, id)
  await lockTree(tx, spaceId, 'alone')
  const folder = await getFolder(tx, id)
  await lockFolders(tx, [folder.id])
  if (parent !== undefined) {
    const target = parent === null ? undefined : await getFolderIn(tx, spaceId, parent)
    await moveFolder(tx, folder, target)
  }
  const named = name === undefined ? undefined : readFolderName(name, 'name')
  await tx.kysely
    .updateTable('folders')
    .set({ updated_at: clock.now(), ...(named ? { name: named.name, name_key: named.key } : {}) })
    .where('id', '=', folder.id)
    .execute()
    .catch(refuseTaken)
  const after = await getFolder(tx, id)
  await tx.record(
    folderEvent('folder.updated', after, changeOf(told(folder), told(after), ['name', 'parent_id'])),
  )
  return after
}

function told({ name, parent_id: parent }: FolderRow) {
  return { name, parent_id: parent && formatId('fld', parent) }
}

/** In one statement, since every depth is held against its parent's. */
async function moveFolder(tx: TenantTx, folder: FolderRow, target: FolderRow | undefined): Promise<void> {
  const inside = await readWholeSubtree(tx, folder.id)
  if (target && inside.includes(target.id)) throw folderConflict('The new parent lies within the folder.')
  await lockFolders(tx, target ? [...inside, target.id] : inside)
  const depth = (target?.depth ?? 0) + 1
  if (depth + (await readHeight(tx, inside, folder.depth)) - 1 > maxDepth)
    throw folderConflict(`Folders would lie deeper than ${maxDepth} levels.`)
  const deeper = depth - folder.depth
  const isMoved = sql<boolean>`folders.id = ${folder.id}`
  await tx.kysely
    .updateTable('folders')
    .set({
      depth: sql<number>`depth + ${deeper}::int`,
      parent_id: sql<string | null>`case when ${isMoved} then ${target?.id ?? null}::uuid else parent_id end`,
      parent_depth: sql<
        number | null
      >`case when ${isMoved} then ${target?.depth ?? null}::int else parent_depth + ${deeper}::int end`,
    })
    .where(sql<boolean>`folders.id = any(${inside}::uuid[])`)
    .execute()
    .catch(refuseTaken)
}

function refuseTaken(error: unknown): never {
  const isTaken = violatesUnique(error, 'folders_tenant_id_space_id_parent_id_name_key_key')
  throw isTaken ? folderConflict('Another folder of the same parent has this name.') : error
}
