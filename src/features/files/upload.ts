import type { Readable } from 'node:stream'
import type { FastifyRequest } from 'fastify'
import { tenantNotFound } from '#features/tenancy/index.ts'
import { BlobMissing, type Blobs, BlobTooLarge, type StoredBlob } from '#adapters/blobs/port.ts'
import type { Enqueue } from '#jobs/index.ts'
import type { Clock } from '#platform/clock.ts'
import { type Db, mayBeCommitted, type TenantTx, violatesUnique } from '#platform/db/index.ts'
import { formatId, type Ids } from '#platform/ids.ts'
import type { TenantScope } from '#platform/scope/index.ts'
import { sealPassword, sealUrl } from './content.ts'
import { resolvePlace } from './folders/place.ts'
import { fileConflict, fileTooLarge, keyChanged } from './errors.ts'
import {
  countBacklog,
  type FileRow,
  findByExternalId,
  getFile,
  latestVersion,
  lockFileRow,
} from './queries.ts'
import { dropReplaced } from './drop-replaced.ts'
import { fileEvent } from './file-event.ts'
import { readUploadForm, type ReceivedForm } from './read-form.ts'

export type UploadDeps = {
  db: Db
  blobs: Blobs
  clock: Clock
  ids: Ids
  maxUploadBytes: number
  enqueue: Enqueue
  /** From `ingestion/`: queues the reading of a version in the caller's transaction. */
  queueIngestion: (tx: TenantTx, version: { id: string; spaceId: string }, priority: number) => Promise<void>
}

export type UploadOutcome = { file: FileRow; created: boolean }

/**
 * Takes a file in. It is accepted once its bytes are on disk and its row is committed; the job that reads it is in the
 * same transaction.
 * @throws files.too_large, files.conflict, files.key_changed, spaces.not_found, spaces.archived, folders.not_found,
 * input.invalid, and tenants.not_found when the tenant was erased meanwhile
 */
export async function uploadFile(
  scope: TenantScope,
  request: FastifyRequest,
  deps: UploadDeps,
): Promise<UploadOutcome> {
  const form = await readUploadForm(
    request,
    (content) => writeBlob(scope, content, deps),
    (stored) => deps.blobs.remove(scope, stored.blob),
  )
  return recordUpload(scope, form, deps)
}

/** @throws files.too_large, and tenants.not_found when the tenant was erased meanwhile */
export async function writeBlob(
  scope: TenantScope,
  content: Readable,
  { blobs, ids, maxUploadBytes }: Pick<UploadDeps, 'blobs' | 'ids' | 'maxUploadBytes'>,
): Promise<StoredBlob> {
  return blobs.write(scope, ids.uuid(), content, maxUploadBytes).catch((error: unknown) => {
    if (error instanceof BlobMissing) throw tenantNotFound()
    throw error instanceof BlobTooLarge ? fileTooLarge(`A file may have ${maxUploadBytes} bytes.`) : error
  })
}

/** What became of stored bytes: the row of a file, or they are removed again. */
export async function recordUpload(scope: TenantScope, form: Form, deps: UploadDeps): Promise<UploadOutcome> {
  const discard = () => deps.blobs.remove(scope, form.stored.blob)
  try {
    const outcome = await deps.db.tenant(scope, (tx) => record(tx, form, deps))
    if (!outcome.keepsBlob) await discard()
    return outcome
  } catch (error) {
    // Where nobody knows, the bytes stay: unclaimed ones are swept, missing ones are lost.
    if (!mayBeCommitted(error)) await discard()
    throw isTaken(error) ? fileConflict() : error
  }
}

/** Whether the space has a file with this `external_id`. */
export function isTaken(error: unknown): boolean {
  return violatesUnique(error, 'files_external_id')
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
  const { space, folderId } = await resolvePlace(tx, { ...fields, fileName: form.name }, deps)
  const existing = fields.external_id && (await findByExternalId(tx, space.id, fields.external_id))
  if (!existing) {
    const id = deps.ids.uuid()
    const { external_id = null, password } = fields
    const columns = {
      external_id,
      folder_id: folderId ?? null,
      ...contentColumns(form, space, deps.clock.now()),
    }
    await insertFile(tx, { id, space, columns }, deps)
    await addVersion(tx, { fileId: id, number: 1, space, password }, versionOf(form), deps)
    const file = await getFile(tx, formatId('fil', id))
    await tx.record(fileEvent('file.uploaded', file, { version: 1, size_bytes: file.size_bytes }))
    return { file, created: true, keepsBlob: true }
  }
  if (fields.on_conflict === undefined || fields.on_conflict === 'fail') throw fileConflict()
  const same = existing.sha256.equals(stored.sha256)
  if (fields.on_conflict === 'skip' || same) {
    tx.unrecorded('unchanged')
    return { file: existing, created: false, keepsBlob: false }
  }
  const version = await replaceFile(tx, existing, { space, folderId }, form, deps)
  const file = await getFile(tx, formatId('fil', existing.id))
  await tx.record(fileEvent('file.uploaded', file, { version, size_bytes: file.size_bytes }))
  return { file, created: false, keepsBlob: true }
}

type Space = { id: string; intelligence: boolean }

type NewFile = {
  id: string
  space: { id: string }
  columns: Omit<ReturnType<typeof contentColumns>, 'status'> & {
    status: 'queued' | 'stored'
    external_id: string | null
    folder_id: string | null
  }
}

export async function insertFile(
  tx: TenantTx,
  { id, space, columns }: NewFile,
  { clock }: Pick<UploadDeps, 'clock'>,
): Promise<void> {
  await tx.kysely
    .insertInto('files')
    .values({
      tenant_id: tx.scope.tenantId,
      id,
      space_id: space.id,
      created_by: creatorOf(tx),
      created_at: clock.now(),
      ...columns,
    })
    .execute()
}

function creatorOf({ scope }: TenantTx): string | null {
  return scope.subject.type === 'key' ? scope.subject.id : null
}

/** The old version stays live, and is what readers find, until the new one is ready. */
async function replaceFile(
  tx: TenantTx,
  existing: FileRow,
  { space, folderId }: { space: Space; folderId: string | null | undefined },
  form: Form,
  deps: UploadDeps,
): Promise<number> {
  await lockFileRow(tx, existing.id)
  await tx.kysely
    .updateTable('files')
    .set({
      ...contentColumns(form, space, deps.clock.now()),
      ...(folderId === undefined ? {} : { folder_id: folderId }),
      failure: null,
      failure_detail: null,
    })
    .where('id', '=', existing.id)
    .execute()
  const latest = await latestVersion(tx, existing.id)
  const { on_conflict, password } = form.fields
  const replaces = on_conflict === 'replace'
  const version = { fileId: existing.id, number: latest.number + 1, space, replaces, password }
  await addVersion(tx, version, versionOf(form), deps)
  if (replaces && !space.intelligence)
    await dropReplaced(tx, { id: existing.id, spaceId: space.id }, deps.enqueue)
  return version.number
}

function contentColumns(form: Form, space: Space, now: Date) {
  const { mediaType, sizeBytes, sha256 } = versionOf(form)
  return {
    name: form.name,
    origin: form.fields.origin ?? 'api',
    metadata: JSON.stringify(form.fields.metadata),
    status: space.intelligence ? ('queued' as const) : ('stored' as const),
    media_type: mediaType,
    size_bytes: sizeBytes,
    sha256,
    updated_at: now,
  }
}

function versionOf({ mediaType, stored }: Form) {
  return { ...stored, mediaType: sensibleType(mediaType) }
}

/** A media type that somebody said, or the one of bytes that nobody knows. */
export function sensibleType(mediaType: string): string {
  const isSensible = /^[\w.+-]{1,127}\/[\w.+-]{1,127}$/.test(mediaType)
  return isSensible ? mediaType : 'application/octet-stream'
}

/** Stored bytes, as a version has them. */
export type Bytes = Pick<StoredBlob, 'blob' | 'key'> & {
  mediaType: string | null
  sizeBytes: number | null
  sha256: Buffer | null
}

type NewVersion = {
  fileId: string
  number: number
  space: Space
  password: string | undefined
  /** It takes the earlier ones with it, once it is what is searched. */
  replaces?: boolean
  /** Where its bytes are still to be fetched. */
  url?: string
}

/** Adds a version over a stored blob and queues its reading. */
export async function addVersion(
  tx: TenantTx,
  version: NewVersion,
  bytes: Bytes,
  deps: Pick<UploadDeps, 'clock' | 'ids' | 'queueIngestion'>,
): Promise<void> {
  const id = await insertVersion(tx, version, bytes, deps)
  const { id: spaceId, intelligence } = version.space
  if (intelligence) await deps.queueIngestion(tx, { id, spaceId }, -(await countBacklog(tx)))
}

/** @returns its id */
export async function insertVersion(
  tx: TenantTx,
  {
    fileId,
    number,
    space,
    password,
    replaces = false,
    url,
  }: Omit<NewVersion, 'space'> & { space: { id: string } },
  { blob, key, mediaType, sizeBytes, sha256 }: Bytes,
  { clock, ids }: Pick<UploadDeps, 'clock' | 'ids'>,
): Promise<string> {
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
      media_type: mediaType,
      size_bytes: sizeBytes,
      sha256,
      replaces,
      created_by: creatorOf(tx),
      password: password === undefined ? null : await sealPassword(tx, id, password),
      url: url === undefined ? null : await sealUrl(tx, id, url),
      created_at: clock.now(),
    })
    .execute()
  return id
}
