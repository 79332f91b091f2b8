import type { FastifyRequest } from 'fastify'
import { getSpaceOr, spaceArchived, tenantNotFound } from '#features/tenancy/index.ts'
import { BlobMissing, type Blobs, BlobTooLarge, type StoredBlob } from '#adapters/blobs/port.ts'
import type { Clock } from '#platform/clock.ts'
import { type Db, mayBeCommitted, type TenantTx, violatesUnique } from '#platform/db/index.ts'
import { formatId, type Ids } from '#platform/ids.ts'
import type { TenantScope } from '#platform/scope/index.ts'
import { sealPassword } from './content.ts'
import { fileConflict, fileTooLarge, keyChanged } from './errors.ts'
import { countBacklog, type FileRow, findByExternalId, getFile, latestVersion } from './queries.ts'
import { readUploadForm, type ReceivedForm } from './read-form.ts'

export type UploadDeps = {
  db: Db
  blobs: Blobs
  clock: Clock
  ids: Ids
  maxUploadBytes: number
  /** From `ingestion/`: queues the reading of a version in the caller's transaction. */
  queueIngestion: (tx: TenantTx, version: { id: string; spaceId: string }, priority: number) => Promise<void>
}

export type UploadOutcome = { file: FileRow; created: boolean }

/**
 * Takes a file in. It is accepted once its bytes are on disk and its row is committed; the job that reads it is in the
 * same transaction.
 * @throws files.too_large, files.conflict, files.key_changed, spaces.not_found, spaces.archived, input.invalid, and
 * tenants.not_found when the tenant was erased meanwhile
 */
export async function uploadFile(
  scope: TenantScope,
  request: FastifyRequest,
  deps: UploadDeps,
): Promise<UploadOutcome> {
  const discard = (stored: StoredBlob) => deps.blobs.remove(scope, stored.blob)
  const form = await readUploadForm(
    request,
    (content) => deps.blobs.write(scope, deps.ids.uuid(), content, deps.maxUploadBytes),
    discard,
  ).catch((error: unknown) => {
    if (error instanceof BlobMissing) throw tenantNotFound()
    throw error instanceof BlobTooLarge
      ? fileTooLarge(`A file may have ${deps.maxUploadBytes} bytes.`)
      : error
  })
  try {
    const outcome = await deps.db.tenant(scope, (tx) => record(tx, form, deps))
    if (!outcome.keepsBlob) await discard(form.stored)
    return outcome
  } catch (error) {
    // Where nobody knows, the bytes stay: unclaimed ones are swept, missing ones are lost.
    if (!mayBeCommitted(error)) await discard(form.stored)
    const taken = violatesUnique(error, 'files_tenant_id_space_id_external_id_key')
    throw taken ? fileConflict() : error
  }
}

type Form = ReceivedForm<StoredBlob>

async function record(
  tx: TenantTx,
  form: Form,
  deps: UploadDeps,
): Promise<UploadOutcome & { keepsBlob: boolean }> {
  const { fields, stored } = form
  const { oldestKey } = await tx.sealing()
  if (stored.key < oldestKey) throw keyChanged(undefined, { retryAfterSeconds: 1 })
  const space = await getSpaceOr(tx, fields.space)
  if (space.status === 'archived') throw spaceArchived()
  const existing = fields.external_id && (await findByExternalId(tx, space.id, fields.external_id))
  if (!existing) {
    const id = deps.ids.uuid()
    await insertFile(tx, id, space, form, deps)
    await addVersion(tx, { fileId: id, number: 1, space, password: fields.password }, stored, deps)
    return { file: await getFile(tx, formatId('fil', id)), created: true, keepsBlob: true }
  }
  if (fields.on_conflict === undefined || fields.on_conflict === 'fail') throw fileConflict()
  const same = existing.sha256.equals(stored.sha256)
  if (fields.on_conflict === 'skip' || same) return { file: existing, created: false, keepsBlob: false }
  await replaceFile(tx, existing, space, form, deps)
  return { file: await getFile(tx, formatId('fil', existing.id)), created: false, keepsBlob: true }
}

type Space = { id: string; intelligence: boolean }

async function insertFile(tx: TenantTx, id: string, space: Space, form: Form, { clock }: UploadDeps) {
  const now = clock.now()
  await tx.kysely
    .insertInto('files')
    .values({
      tenant_id: tx.scope.tenantId,
      id,
      space_id: space.id,
      external_id: form.fields.external_id ?? null,
      created_by: tx.scope.subject.type === 'key' ? tx.scope.subject.id : null,
      created_at: now,
      ...contentColumns(form, space, now),
    })
    .execute()
}

/** The old version stays live, and is what readers find, until the new one is ready. */
async function replaceFile(tx: TenantTx, existing: FileRow, space: Space, form: Form, deps: UploadDeps) {
  await tx.kysely
    .updateTable('files')
    .set({ ...contentColumns(form, space, deps.clock.now()), failure: null, failure_detail: null })
    .where('id', '=', existing.id)
    .execute()
  const latest = await latestVersion(tx, existing.id)
  const number = latest.number + 1
  await addVersion(
    tx,
    { fileId: existing.id, number, space, password: form.fields.password },
    form.stored,
    deps,
  )
}

function contentColumns({ name, mediaType, fields, stored }: Form, space: Space, now: Date) {
  return {
    name,
    origin: fields.origin ?? 'api',
    metadata: JSON.stringify(fields.metadata),
    status: space.intelligence ? 'queued' : 'stored',
    media_type: /^[\w.+-]{1,127}\/[\w.+-]{1,127}$/.test(mediaType) ? mediaType : 'application/octet-stream',
    size_bytes: stored.sizeBytes,
    sha256: stored.sha256,
    updated_at: now,
  }
}

/** Adds a version over a stored blob and queues its reading. */
export async function addVersion(
  tx: TenantTx,
  {
    fileId,
    number,
    space,
    password,
  }: { fileId: string; number: number; space: Space; password: string | undefined },
  { blob, key }: Pick<StoredBlob, 'blob' | 'key'>,
  { clock, ids, queueIngestion }: Pick<UploadDeps, 'clock' | 'ids' | 'queueIngestion'>,
) {
  const id = ids.uuid()
  await tx.kysely
    .insertInto('versions')
    .values({
      tenant_id: tx.scope.tenantId,
      id,
      space_id: space.id,
      file_id: fileId,
      number,
      blob,
      blob_key: key,
      password: password === undefined ? null : await sealPassword(tx, id, password),
      created_at: clock.now(),
    })
    .execute()
  if (space.intelligence) await queueIngestion(tx, { id, spaceId: space.id }, -(await countBacklog(tx)))
}
