import { sql } from 'kysely'
import type { TenantTx } from '#platform/db/index.ts'
import { folderNotEmpty } from './errors.ts'
import { lockTree } from './lock-tree.ts'
import { getFolder, readSubtree } from './queries.ts'

/** Takes files with locked rows away, in the caller's transaction. */
export type RemoveFiles = (tx: TenantTx, spaceId: string, fileIds: readonly string[]) => Promise<void>

/**
 * Deletes a folder, and with `force` everything in it, in one transaction.
 * @throws folders.not_found, folders.not_empty
 */
export async function deleteFolder(
  tx: TenantTx,
  id: string,
  force: boolean,
  removeFiles: RemoveFiles,
): Promise<void> {
  const { id: folderId, space_id: spaceId } = await getFolder(tx, id)
  await lockTree(tx, spaceId, 'alone')
  const inside = await readSubtree(tx, [folderId])
  const files = await lockFilesIn(tx, inside)
  if (!force && (inside.length > 1 || files.length > 0)) throw folderNotEmpty()
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
  return rows.map(({ id }) => id)
}
