import { getSpace } from '#features/tenancy/index.ts'
import type { Clock } from '#platform/clock.ts'
import type { Db, TenantTx } from '#platform/db/index.ts'
import { changeOf, type NewEvent } from '#platform/events/index.ts'
import { formatId, type Ids } from '#platform/ids.ts'
import type { TenantScope } from '#platform/scope/index.ts'
import { cleanName } from './clean-name.ts'
import { passwordOf } from './content.ts'
import { fileBusy, fileConflict } from './errors.ts'
import { fileEvent } from './file-event.ts'
import { type Place, resolvePlace } from './folders/place.ts'
import { countBacklog, type FileRow, getFile, latestVersion, lockFile } from './queries.ts'
import { addVersion, isTaken, type UploadDeps } from './upload.ts'

export type ChangeDeps = {
  db: Db
  clock: Clock
  ids: Ids
  queueIngestion: UploadDeps['queueIngestion']
  index: FileIndex
}

/** From `search/`: what becomes of files in the index, in the caller's transaction. */
export type FileIndex = {
  withdraw: (tx: TenantTx, spaceId: string, fileIds: readonly string[]) => Promise<void>
  move: (tx: TenantTx, file: { id: string; from: string; to: string }) => Promise<void>
  /** Makes ready what a version is found by under a name; returns what puts it in place. */
  prepare: (
    scope: TenantScope,
    version: { fileId: string; versionId: string; spaceId: string; fileName: string },
    signal: AbortSignal,
  ) => Promise<(tx: TenantTx) => Promise<void>>
}

export type FileChange = {
  name?: string
  external_id?: string | null
  origin?: string
  metadata?: Record<string, unknown>
  space?: string
  folder?: string | null
  path?: string
}

/** Others may publish or rename meanwhile; then everything is looked at again. */
const maxAttempts = 5

/**
 * Renames a file, moves it, changes what is kept with it: all of it or nothing. From the next search on it is found
 * under its new name, in its new folder and space, and nowhere else.
 * @throws files.not_found, files.conflict, files.busy, spaces.not_found, spaces.archived, folders.not_found, input.invalid
 */
export async function changeFile(
  scope: TenantScope,
  id: string,
  change: FileChange,
  deps: ChangeDeps,
): Promise<FileRow> {
  for (let attempt = 1; attempt <= maxAttempts; attempt++) {
    const rename = await prepareRename(scope, id, change, deps)
    const changed = await deps.db
      .tenant(scope, (tx) => applyChange(tx, id, change, rename, deps))
      .catch((error: unknown) => {
        throw isTaken(error) ? fileConflict() : error
      })
    if (changed) return changed
  }
  throw fileBusy(undefined, { retryAfterSeconds: 1 })
}

type Rename = { name: string; versionId: string | null; publish: (tx: TenantTx) => Promise<void> }

/** What a file without a title of its own is found by is its name: its index is made anew for another one. */
async function prepareRename(
  scope: TenantScope,
  id: string,
  { name: given, space }: FileChange,
  { db, index }: ChangeDeps,
): Promise<Rename | undefined> {
  if (given === undefined) return undefined
  const name = cleanName(given)
  const { file, spaceId } = await db.tenant(scope, async (tx) => {
    const file = await getFile(tx, id)
    return { file, spaceId: space === undefined ? file.space_id : (await getSpace(tx, space)).id }
  })
  const versionId = file.live_version_id
  const done = () => Promise.resolve()
  if (versionId === null || file.title !== null || file.name === name)
    return { name, versionId, publish: done }
  const wanted = { fileId: file.id, versionId, spaceId, fileName: name }
  return { name, versionId, publish: await index.prepare(scope, wanted, scope.signal) }
}

/** Undefined when the file is no longer what the new name was prepared for. */
async function applyChange(
  tx: TenantTx,
  id: string,
  change: FileChange,
  rename: Rename | undefined,
  deps: ChangeDeps,
): Promise<FileRow | undefined> {
  const before = await getFile(tx, id)
  await tx.sealing()
  const { origin, metadata, external_id } = change
  const place = await placeOf(tx, before, change, deps)
  const file = await lockFile(tx, id)
  const isMoved = file.space_id !== before.space_id
  if (isMoved || (rename && rename.versionId !== file.live_version_id)) {
    tx.unrecorded('unchanged')
    return undefined
  }
  await tx.kysely
    .updateTable('files')
    .set({
      updated_at: deps.clock.now(),
      ...(rename ? { name: rename.name } : {}),
      ...(external_id === undefined ? {} : { external_id }),
      ...(origin === undefined ? {} : { origin }),
      ...(metadata === undefined ? {} : { metadata: JSON.stringify(metadata) }),
      ...(place ? { space_id: place.space.id, folder_id: place.folderId } : {}),
    })
    .where('id', '=', file.id)
    .execute()
  if (place && place.space.id !== file.space_id) await followSpace(tx, file, place.space, deps)
  const isSearched = (await getFile(tx, id)).live_version_id !== null
  if (isSearched) await rename?.publish(tx)
  const after = await getFile(tx, id)
  await tx.record(...tellChange(before, after))
  return after
}

/** A move is told apart: who lost sight of the file by it is told of neither. */
function tellChange(before: FileRow, after: FileRow): NewEvent[] {
  const isMoved = before.space_id !== after.space_id || before.folder_id !== after.folder_id
  const { before: was, after: is } = changeOf(before, after, ['name', 'external_id', 'origin', 'metadata'])
  const isChanged = Object.keys(is).length > 0 || !isMoved
  return [
    ...(isMoved ? [fileEvent('file.moved', after, { before: placeIn(before), after: placeIn(after) })] : []),
    ...(isChanged ? [fileEvent('file.updated', after, { before: was, after: is })] : []),
  ]
}

function placeIn({ space_id: space, folder_id: folder }: FileRow) {
  return { space_id: formatId('spc', space), folder_id: folder && formatId('fld', folder) }
}

/** Where the file is to go; undefined when it stays where it is. */
async function placeOf(
  tx: TenantTx,
  file: FileRow,
  { space, folder, path, name }: FileChange,
  deps: ChangeDeps,
) {
  if (space === undefined && folder === undefined && path === undefined) return undefined
  const own = formatId('spc', file.space_id)
  const asked = { space: space ?? own, folder, path, fileName: cleanName(name ?? file.name) }
  const place = await resolvePlace(tx, asked, deps)
  const stays = place.folderId === undefined && place.space.id === file.space_id
  return { space: place.space, folderId: stays ? file.folder_id : (place.folderId ?? null) }
}

/**
 * Versions and chunks have gone to the other space with the file's row. What is found goes too, and what was to be read
 * is read there: the job of the former space finds nothing any more.
 */
async function followSpace(
  tx: TenantTx,
  file: FileRow,
  space: Place['space'],
  deps: ChangeDeps,
): Promise<void> {
  const newest = await latestVersion(tx, file.id)
  if (!space.intelligence) {
    await stopSearching(tx, file, deps)
    // Its bytes are still to come.
    if (newest.url !== null) await deps.queueIngestion(tx, { id: newest.id, spaceId: space.id }, 0)
    return
  }
  await deps.index.move(tx, { id: file.id, from: file.space_id, to: space.id })
  if (newest.id === file.live_version_id) return
  await tx.kysely
    .updateTable('files')
    .set({ status: 'queued', failure: null, failure_detail: null })
    .where('id', '=', file.id)
    .execute()
  await deps.queueIngestion(tx, { id: newest.id, spaceId: space.id }, -(await countBacklog(tx)))
}

/** Into a space whose files are only stored. */
async function stopSearching(tx: TenantTx, file: FileRow, { index }: ChangeDeps): Promise<void> {
  await index.withdraw(tx, file.space_id, [file.id])
  await tx.kysely.deleteFrom('chunks').where('file_id', '=', file.id).execute()
  await tx.kysely
    .updateTable('files')
    .set({ status: 'stored', live_version_id: null, failure: null, failure_detail: null })
    .where('id', '=', file.id)
    .execute()
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
    await tx.record(fileEvent('file.queued', await getFile(tx, id)))
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
  deps: Omit<ChangeDeps, 'db' | 'index'>,
): Promise<void> {
  const latest = await latestVersion(tx, file.id)
  const space = { id: file.space_id, intelligence: true }
  await tx.kysely
    .updateTable('files')
    .set({ status: 'queued', failure: null, failure_detail: null, updated_at: deps.clock.now() })
    .where('id', '=', file.id)
    .execute()
  if (latest.chunk_count !== null) {
    const { blob, blob_key: key, media_type: mediaType, size_bytes: sizeBytes, sha256 } = latest
    const version = {
      fileId: file.id,
      number: latest.number + 1,
      space,
      password: await passwordOf(tx, latest),
    }
    await addVersion(tx, version, { blob, key, mediaType, sizeBytes, sha256 }, deps)
  } else {
    await deps.queueIngestion(tx, { id: latest.id, spaceId: file.space_id }, priority)
  }
}
