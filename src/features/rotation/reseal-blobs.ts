import type { Blobs } from '#adapters/blobs/port.ts'
import { lockStoredFileRow, removeBlobQueue } from '#features/files/index.ts'
import type { JobRun } from '#jobs/index.ts'
import { type Db, mayBeCommitted, type TenantTx } from '#platform/db/index.ts'
import type { Ids } from '#platform/ids.ts'
import type { TenantScope } from '#platform/scope/index.ts'

export type BlobDeps = {
  db: Db
  blobs: Blobs
  ids: Ids
  /** How long a reader may go on with the name of a blob, or with a key, that it looked up before. */
  readersGraceMs: number
}

type OldBlob = { blob: string; file_id: string; space_id: string }

const pageSize = 50

/** Blobs that are sealed with a version below this one, by name. */
export function listOldBlobs(tx: TenantTx, version: number, after: string): Promise<OldBlob[]> {
  return (
    tx.kysely
      .selectFrom('versions')
      .select(['blob', 'file_id', 'space_id'])
      .distinct()
      .where('blob_key', '<', version)
      // Of one that is still to be fetched there is nothing to seal anew.
      .where('url', 'is', null)
      .where('blob', '>', after)
      .orderBy('blob')
      .limit(pageSize)
      .execute()
  )
}

/**
 * Writes a blob anew under another name and lets its versions name that one, in one step. Cut off before it, the new
 * bytes belong to nobody and are swept up; after it, a job removes the old ones.
 * @throws BlobMissing, SealBroken, content.key_missing
 */
export async function resealBlob(
  scope: TenantScope,
  old: OldBlob,
  { enqueue }: JobRun,
  deps: BlobDeps,
): Promise<void> {
  const { db, blobs } = deps
  const content = await blobs.read(scope, old.blob)
  const stored = await blobs.write(scope, deps.ids.uuid(), content, Number.MAX_SAFE_INTEGER / 2)
  const isReplaced = await db
    .tenant(scope, (tx) => replaceBlob(tx, old, stored, { ...deps, enqueue }))
    .catch(async (error: unknown) => {
      // Where nobody knows, the bytes stay: unclaimed ones are swept, missing ones are lost.
      if (!mayBeCommitted(error)) await blobs.remove(scope, stored.blob)
      throw error
    })
  if (!isReplaced) await blobs.remove(scope, stored.blob)
}

async function replaceBlob(
  tx: TenantTx,
  { blob, file_id: fileId, space_id: spaceId }: OldBlob,
  fresh: { blob: string; key: number },
  { enqueue, readersGraceMs }: Pick<BlobDeps, 'readersGraceMs'> & Pick<JobRun, 'enqueue'>,
): Promise<boolean> {
  tx.unrecorded('sealing')
  // The same lock as a deletion's: it removes the bytes that it finds named.
  if (!(await lockStoredFileRow(tx, fileId))) return false
  const { numUpdatedRows } = await tx.kysely
    .updateTable('versions')
    .set({ blob: fresh.blob, blob_key: fresh.key })
    .where('file_id', '=', fileId)
    .where('blob', '=', blob)
    .executeTakeFirstOrThrow()
  if (numUpdatedRows === 0n) return false
  await enqueue(tx, removeBlobQueue, [{ blob }], { spaceId, delayMs: readersGraceMs })
  return true
}
