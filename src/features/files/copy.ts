import { BlobMissing } from '#adapters/blobs/port.ts'
import { mayBeCommitted } from '#platform/db/index.ts'
import { formatId } from '#platform/ids.ts'
import type { TenantScope } from '#platform/scope/index.ts'
import { cleanName } from './clean-name.ts'
import { passwordOf } from './content.ts'
import { fileNotFound, keyChanged } from './errors.ts'
import { fileEvent } from './file-event.ts'
import { resolvePlace } from './folders/place.ts'
import { latestWithBytes } from './imports/queries.ts'
import { type FileRow, getFile } from './queries.ts'
import { addVersion, insertFile, type UploadDeps } from './upload.ts'

export type FileCopy = { name?: string; space?: string; folder?: string | null; path?: string }

/**
 * Makes a file of the same bytes, name and metadata, which shares nothing with it from then on. `external_id` stays with
 * the first one. Left out, space and folder are those of the first one.
 * @throws files.not_found, files.not_imported, spaces.not_found, spaces.archived, folders.not_found, input.invalid
 */
export async function copyFile(
  scope: TenantScope,
  id: string,
  copy: FileCopy,
  deps: UploadDeps,
): Promise<FileRow> {
  const { source, version, password } = await deps.db.tenant(scope, async (tx) => {
    const source = await getFile(tx, id)
    const version = await latestWithBytes(tx, source.id)
    return { source, version, password: await passwordOf(tx, version) }
  })
  const stored = await copyBytes(scope, version.blob, deps)
  try {
    return await deps.db.tenant(scope, async (tx) => {
      const { oldestKey } = await tx.sealing()
      if (stored.key < oldestKey) throw keyChanged(undefined, { retryAfterSeconds: 1 })
      const { space, folderId } = await resolvePlace(tx, placeOf(source, copy), deps)
      const newId = deps.ids.uuid()
      const columns = {
        external_id: null,
        folder_id: folderId ?? null,
        name: cleanName(copy.name ?? source.name),
        origin: source.origin,
        metadata: JSON.stringify(source.metadata),
        status: space.intelligence ? ('queued' as const) : ('stored' as const),
        media_type: source.media_type,
        size_bytes: stored.sizeBytes,
        sha256: stored.sha256,
        updated_at: deps.clock.now(),
      }
      await insertFile(tx, { id: newId, space, columns }, deps)
      const bytes = { ...stored, mediaType: source.media_type }
      await addVersion(tx, { fileId: newId, number: 1, space, password }, bytes, deps)
      const made = await getFile(tx, formatId('fil', newId))
      await tx.record(fileEvent('file.copied', made, { from: formatId('fil', source.id) }))
      return made
    })
  } catch (error) {
    if (!mayBeCommitted(error)) await deps.blobs.remove(scope, stored.blob)
    throw error
  }
}

function placeOf(source: FileRow, { space, folder, path, name }: FileCopy) {
  const isSaid = space !== undefined || folder !== undefined || path !== undefined
  const own = {
    space: formatId('spc', source.space_id),
    folder: source.folder_id && formatId('fld', source.folder_id),
  }
  const fileName = cleanName(name ?? source.name)
  return isSaid
    ? { space: space ?? (folder ? undefined : own.space), folder, path, fileName }
    : { ...own, fileName }
}

/** What is deleted meanwhile cannot be copied any more. */
async function copyBytes(
  scope: TenantScope,
  blob: string,
  { blobs, ids }: Pick<UploadDeps, 'blobs' | 'ids'>,
) {
  try {
    return await blobs.write(scope, ids.uuid(), await blobs.read(scope, blob), Number.MAX_SAFE_INTEGER)
  } catch (error) {
    throw error instanceof BlobMissing ? fileNotFound() : error
  }
}
