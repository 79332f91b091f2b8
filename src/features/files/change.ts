import type { Clock } from '#platform/clock.ts'
import type { Db, TenantTx } from '#platform/db/index.ts'
import type { Ids } from '#platform/ids.ts'
import type { TenantScope } from '#platform/scope/index.ts'
import { cleanName } from './clean-name.ts'
import { openPassword } from './content.ts'
import { type FileRow, getFile, latestVersion, lockFile } from './queries.ts'
import { addVersion, type UploadDeps } from './upload.ts'

export type ChangeDeps = {
  db: Db
  clock: Clock
  ids: Ids
  queueIngestion: UploadDeps['queueIngestion']
}

export type FileChange = { name?: string; origin?: string; metadata?: Record<string, unknown> }

/** @throws files.not_found */
export async function changeFile(
  scope: TenantScope,
  id: string,
  change: FileChange,
  { db, clock }: ChangeDeps,
) {
  return db.tenant(scope, async (tx) => {
    const file = await lockFile(tx, id)
    const { name, origin, metadata } = change
    await tx.kysely
      .updateTable('files')
      .set({
        updated_at: clock.now(),
        ...(name === undefined ? {} : { name: cleanName(name) }),
        ...(origin === undefined ? {} : { origin }),
        ...(metadata === undefined ? {} : { metadata: JSON.stringify(metadata) }),
      })
      .where('id', '=', file.id)
      .execute()
    return getFile(tx, id)
  })
}

/**
 * Reads a file again: after a failure, or when it was only stored so far. What was found before stays until then; a
 * version that is live already is read into a new one over the same bytes.
 * @throws files.not_found
 */
export async function reindexFile(scope: TenantScope, id: string, deps: ChangeDeps): Promise<FileRow> {
  return deps.db.tenant(scope, async (tx) => {
    const file = await lockFile(tx, id)
    await readAgain(tx, file, 0, deps)
    return getFile(tx, id)
  })
}

/**
 * Queues the reading of a file whose row the caller holds. A version that was read before is read into a new one over the same bytes:
 * none is made live twice.
 */
export async function readAgain(
  tx: TenantTx,
  file: { id: string; space_id: string },
  priority: number,
  deps: Omit<ChangeDeps, 'db'>,
): Promise<void> {
  const latest = await latestVersion(tx, file.id)
  const space = { id: file.space_id, intelligence: true }
  await tx.kysely
    .updateTable('files')
    .set({ status: 'queued', failure: null, failure_detail: null, updated_at: deps.clock.now() })
    .where('id', '=', file.id)
    .execute()
  if (latest.chunk_count !== null) {
    const stored = { blob: latest.blob, key: latest.blob_key }
    const password = latest.password ? openPassword(await tx.keys(), latest.id, latest.password) : undefined
    await addVersion(tx, { fileId: file.id, number: latest.number + 1, space, password }, stored, deps)
  } else {
    await deps.queueIngestion(tx, { id: latest.id, spaceId: file.space_id }, priority)
  }
}
