import type { Enqueue } from '#jobs/index.ts'
import type { TenantTx } from '#platform/db/index.ts'
import { latestVersion } from './queries.ts'
import { removeBlobQueue } from './remove.ts'

/** Takes the versions before the newest one with their bytes, when that one was to replace them. */
export async function dropReplaced(
  tx: TenantTx,
  file: { id: string; spaceId: string },
  enqueue: Enqueue,
): Promise<void> {
  const newest = await latestVersion(tx, file.id)
  if (!newest.replaces) return
  const dropped = await tx.kysely
    .deleteFrom('versions')
    .where('file_id', '=', file.id)
    .where('number', '<', newest.number)
    .returning('blob')
    .execute()
  // Reading a file again makes a version over the same bytes.
  const blobs = [...new Set(dropped.map(({ blob }) => blob))].filter((blob) => blob !== newest.blob)
  if (blobs.length === 0) return
  await enqueue(
    tx,
    removeBlobQueue,
    blobs.map((blob) => ({ blob })),
    { spaceId: file.spaceId },
  )
}
