import { spaceArchived } from '#features/tenancy/index.ts'
import type { TenantTx } from '#platform/db/index.ts'
import { forbidden } from '#platform/errors.ts'
import type { TenantScope } from '#platform/scope/index.ts'
import type { ChangeDeps } from './change.ts'
import { fileBusy, fileConflict } from './errors.ts'
import { fileEvent } from './file-event.ts'
import { ensurePath } from './folders/create.ts'
import { lockTree } from './folders/lock-tree.ts'
import { readPath } from './folders/read-name.ts'
import { countBacklog, type FileRow, getFile, latestVersion, lockFile } from './queries.ts'
import { isTaken } from './upload.ts'

/**
 * Takes a file out of the trash, to where it lay: folders that are gone are made again. It is found at once when it had
 * been read, and read first when not.
 * @throws files.not_found, files.conflict when another one has its `external_id` meanwhile, spaces.archived, auth.forbidden
 */
export async function restoreFile(scope: TenantScope, id: string, deps: ChangeDeps): Promise<FileRow> {
  const { file, versionId } = await deps.db.tenant(scope, async (tx) => {
    const file = await getFile(tx, id, 'trashed')
    return { file, versionId: (await readTrashed(tx, file.id))?.trashed_version_id ?? null }
  })
  const wanted = versionId && {
    fileId: file.id,
    versionId,
    spaceId: file.space_id,
    fileName: file.name,
  }
  const publish = wanted ? await deps.index.prepare(scope, wanted, scope.signal) : () => Promise.resolve()
  return deps.db
    .tenant(scope, async (tx) => {
      await tx.sealing()
      const folderId = await folderOf(tx, file, deps)
      const { id: fileId } = await lockFile(tx, id, 'trashed')
      if ((await readTrashed(tx, fileId))?.trashed_version_id !== versionId)
        throw fileBusy(undefined, { retryAfterSeconds: 1 })
      const isSearched = await takeOut(tx, file, { folderId, versionId }, deps)
      if (isSearched) await publish(tx)
      const restored = await getFile(tx, id)
      await tx.record(fileEvent('file.restored', restored))
      return restored
    })
    .catch((error: unknown) => {
      throw isTaken(error) ? fileConflict() : error
    })
}

function readTrashed(tx: TenantTx, fileId: string) {
  return tx.kysely
    .selectFrom('files')
    .select(['trashed_version_id', 'trashed_folder_id', 'trashed_path'])
    .where('id', '=', fileId)
    .executeTakeFirst()
}

async function folderOf(tx: TenantTx, file: FileRow, deps: ChangeDeps): Promise<string | null> {
  const from = await readTrashed(tx, file.id)
  if (!from?.trashed_folder_id) return null
  await lockTree(tx, file.space_id, 'shared')
  const still = await tx.kysely
    .selectFrom('folders')
    .select('id')
    .where('id', '=', from.trashed_folder_id)
    .where('space_id', '=', file.space_id)
    .executeTakeFirst()
  if (still) return still.id
  // It is there and hidden from them: what a name would make anew is not where the file lay.
  if (tx.scope.part) throw forbidden('The caller may not see the folder that the file lay in.')
  const names = readPath(from.trashed_path ?? '', 'path')
  return (await ensurePath(tx, file.space_id, undefined, names, deps)).folder?.id ?? null
}

type Found = { folderId: string | null; versionId: string | null }

/** @returns whether it is to be found at once; nothing is in a space that only stores by now */
async function takeOut(
  tx: TenantTx,
  file: FileRow,
  { folderId, versionId }: Found,
  deps: ChangeDeps,
): Promise<boolean> {
  const newest = await latestVersion(tx, file.id)
  const space = await tx.kysely
    .selectFrom('spaces')
    .select(['intelligence', 'status'])
    .where('id', '=', file.space_id)
    .executeTakeFirstOrThrow()
  if (space.status === 'archived') throw spaceArchived()
  const isRead = space.intelligence && newest.id === versionId
  const waits = space.intelligence && !isRead
  await tx.kysely
    .updateTable('files')
    .set({
      status: isRead ? 'ready' : waits ? 'queued' : 'stored',
      live_version_id: space.intelligence ? versionId : null,
      folder_id: folderId,
      trashed_at: null,
      trashed_version_id: null,
      trashed_folder_id: null,
      trashed_path: null,
      updated_at: deps.clock.now(),
    })
    .where('id', '=', file.id)
    .execute()
  const version = { id: newest.id, spaceId: file.space_id }
  if (waits || newest.url !== null) await deps.queueIngestion(tx, version, -(await countBacklog(tx)))
  if (!space.intelligence) await tx.kysely.deleteFrom('chunks').where('file_id', '=', file.id).execute()
  return space.intelligence
}
