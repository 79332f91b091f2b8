import type { Enqueue } from '#jobs/index.ts'
import type { Db, TenantTx } from '#platform/db/index.ts'
import type { TenantScope } from '#platform/scope/index.ts'
import { removeBlobQueue } from './jobs.ts'
import { blobsOf, blobsOfSpace, lockFile, lockFilesOf } from './queries.ts'

export type DeleteDeps = {
  db: Db
  enqueue: Enqueue
  /** From `search/`: takes a file out of its space's index in the caller's transaction. */
  withdrawFromIndex: (tx: TenantTx, file: { id: string; spaceId: string }) => Promise<void>
}

/**
 * Deletes a file with all its versions, chunks and index entries in one transaction; the bytes on disk go right after
 * it, by a job that survives a crash.
 * @throws files.not_found
 */
export async function deleteFile(scope: TenantScope, id: string, deps: DeleteDeps): Promise<void> {
  await deps.db.tenant(scope, async (tx) => {
    const file = await lockFile(tx, id)
    const blobs = await blobsOf(tx, file.id)
    await deps.withdrawFromIndex(tx, { id: file.id, spaceId: file.space_id })
    await tx.kysely.deleteFrom('files').where('id', '=', file.id).execute()
    await deps.enqueue(tx, removeBlobQueue, blobs, { spaceId: file.space_id })
  })
}

/** The same for all files of a space, in the transaction that deletes the space with its index. */
export async function deleteFilesOf(
  tx: TenantTx,
  spaceId: string,
  { enqueue }: Pick<DeleteDeps, 'enqueue'>,
): Promise<void> {
  await lockFilesOf(tx, spaceId)
  const blobs = await blobsOfSpace(tx, spaceId)
  // Of 10,000 files in one statement; by the foreign keys it would be one for each version.
  await tx.kysely.deleteFrom('chunks').where('space_id', '=', spaceId).execute()
  await tx.kysely.deleteFrom('files').where('space_id', '=', spaceId).execute()
  await enqueue(tx, removeBlobQueue, blobs, { spaceId })
}
