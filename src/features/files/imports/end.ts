import type { Blobs, StoredBlob } from '#adapters/blobs/port.ts'
import type { Enqueue, JobRun } from '#jobs/index.ts'
import { type Db, mayBeCommitted, type TenantTx } from '#platform/db/index.ts'
import type { Clock } from '#platform/clock.ts'
import type { TenantScope } from '#platform/scope/index.ts'
import { dropReplaced } from '../drop-replaced.ts'
import { keyChanged } from '../errors.ts'
import { fileEvent } from '../file-event.ts'
import { countBacklog, latestVersion, lockFileRow } from '../queries.ts'
import { sensibleType, type UploadDeps } from '../upload.ts'
import { findImport, type Import } from './queries.ts'

export type EndDeps = {
  db: Db
  blobs: Blobs
  clock: Clock
  queueIngestion: (enqueue: Enqueue) => UploadDeps['queueIngestion']
}

/** What came from an address; a name only where the answer says one that counts. */
export type Fetched = { stored: StoredBlob; mediaType: string; name: string | undefined }

export type Failure = { failure: string; failure_detail: string }

/** The bytes become the version's, and it goes on like an upload; or they are removed, when nobody waits for them any more. */
export async function finishImport(
  scope: TenantScope,
  wanted: Import,
  fetched: Fetched,
  deps: EndDeps & { run: JobRun },
): Promise<void> {
  const discard = () => deps.blobs.remove(scope, fetched.stored.blob)
  const isKept = await deps.db
    .tenant(scope, (tx) => takeBytes(tx, wanted, fetched, deps))
    .catch(async (error: unknown) => {
      // Where nobody knows, the bytes stay: unclaimed ones are swept, missing ones are lost.
      if (!mayBeCommitted(error)) await discard()
      throw error
    })
  if (!isKept) await discard()
}

async function takeBytes(
  tx: TenantTx,
  wanted: Import,
  { stored, mediaType, name }: Fetched,
  { run, clock, queueIngestion }: EndDeps & { run: JobRun },
): Promise<boolean> {
  const { oldestKey } = await tx.sealing()
  if (stored.key < oldestKey) throw keyChanged(undefined, { retryAfterSeconds: 1 })
  const { id, file_id: fileId, space_id: spaceId } = wanted
  const file = await lockFileRow(tx, fileId)
  const pending = file && (await findImport(tx, id))
  if (!pending) {
    tx.unrecorded('unchanged')
    return false
  }
  const described = {
    media_type: sensibleType(mediaType),
    size_bytes: stored.sizeBytes,
    sha256: stored.sha256,
  }
  await tx.kysely
    .updateTable('versions')
    .set({ ...described, blob: stored.blob, blob_key: stored.key, url: null })
    .where('id', '=', id)
    .execute()
  await tx.record(fileEvent('file.imported', file, { version: wanted.number, size_bytes: stored.sizeBytes }))
  if ((await latestVersion(tx, fileId)).id !== id) return true
  const { intelligence } = pending
  await tx.kysely
    .updateTable('files')
    .set({
      ...described,
      // Who renamed it meanwhile is right.
      ...(name !== undefined && file.name === wanted.name ? { name } : {}),
      status: intelligence ? 'queued' : 'stored',
      failure: null,
      failure_detail: null,
      updated_at: clock.now(),
    })
    .where('id', '=', fileId)
    .execute()
  if (intelligence) await queueIngestion(run.enqueue)(tx, { id, spaceId }, -(await countBacklog(tx)))
  else await dropReplaced(tx, { id: fileId, spaceId }, run.enqueue)
  return true
}

/** A file that has earlier bytes keeps these; one that has none can be imported again by `/reindex`. */
export async function failImport(
  scope: TenantScope,
  { id, file_id: fileId, number }: Import,
  failure: Failure,
  { db, clock }: EndDeps,
): Promise<void> {
  await db.tenant(scope, async (tx) => {
    const file = await lockFileRow(tx, fileId)
    if (!file || !(await findImport(tx, id))) return tx.unrecorded('unchanged')
    const isNewest = (await latestVersion(tx, fileId)).id === id
    await tx.record(fileEvent('file.failed', file, { version: number, reason: failure.failure }))
    if (number > 1) await tx.kysely.deleteFrom('versions').where('id', '=', id).execute()
    if (!isNewest) return
    await tx.kysely
      .updateTable('files')
      .set({ status: 'failed', ...failure, updated_at: clock.now() })
      .where('id', '=', fileId)
      .execute()
  })
}
