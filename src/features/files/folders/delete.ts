import { sql } from 'kysely'
import type { TenantTx } from '#platform/db/index.ts'
import { forbidden } from '#platform/errors.ts'
import { folderNotEmpty } from './errors.ts'
import { folderEvent } from './folder-event.ts'
import { lockFolders, readWholeSubtree } from './lock-folders.ts'
import { lockTree } from './lock-tree.ts'
import { getFolder } from './queries.ts'

/** Takes files with locked rows away, in the caller's transaction. */
export type RemoveFiles = (tx: TenantTx, spaceId: string, fileIds: readonly string[]) => Promise<void>

/**
 * Deletes a folder, and with `force` everything in it, in one transaction.
 * @throws folders.not_found, folders.not_empty, auth.forbidden when not all of it is the caller's to delete
 */
export async function deleteFolder(
  tx: TenantTx,
  id: string,
  force: boolean,
  removeFiles: RemoveFiles,
): Promise<void> {
  const folder = await getFolder(tx, id)
  const { id: folderId, space_id: spaceId } = folder
  await lockTree(tx, spaceId, 'alone')
  await getFolder(tx, id)
  const inside = await readWholeSubtree(tx, folderId)
  await lockFolders(tx, inside)
  const files = await lockFilesIn(tx, inside)
  if (!force && (inside.length > 1 || files.length > 0)) throw folderNotEmpty()
  await tx.record(folderEvent('folder.deleted', folder, { folders: inside.length, files: files.length }))
  if (files.length > 0) await removeFiles(tx, spaceId, files)
  await tx.kysely
    .deleteFrom('folders')
    .where(sql<boolean>`folders.id = any(${inside}::uuid[])`)
    .execute()
}

async function lockFilesIn(tx: TenantTx, folderIds: readonly string[]): Promise<string[]> {
  const rows = await tx.kysely
    .selectFrom('files')
    .select('id')
    .where(sql<boolean>`files.folder_id = any(${[...folderIds]}::uuid[])`)
    .orderBy('id')
    .forUpdate()
    .execute()
  const all = await tx.inWholeSpaces((whole) =>
    whole.kysely
      .selectFrom('files')
      .select((eb) => eb.fn.countAll<number>().as('files'))
      .where(sql<boolean>`files.folder_id = any(${[...folderIds]}::uuid[])`)
      .executeTakeFirstOrThrow(),
  )
  if (rows.length < all.files) throw forbidden('The folder holds files that the caller may not delete.')
  return rows.map(({ id }) => id)
}
