import { sql } from 'kysely'
import type { Enqueue, Queue } from '#jobs/index.ts'
import type { Clock } from '#platform/clock.ts'
import type { Db, TenantTx } from '#platform/db/index.ts'
import type { TenantScope } from '#platform/scope/index.ts'
import type { FileIndex } from './change.ts'
import { fileEvent } from './file-event.ts'
import { readPaths } from './folders/queries.ts'
import { lockAnyFile, lockFile, lockFilesOf } from './queries.ts'

/** Bytes of deleted files: a job, so that a crash between the commit and the removal loses nothing. */
export const removeBlobQueue: Queue = { name: 'remove-blob', timeoutSeconds: 60 }

/** What has lain in the trash long enough. */
export const purgeQueue: Queue = { name: 'purge-trash', timeoutSeconds: 3600 }

export type RemoveDeps = {
  db: Db
  clock: Clock
  enqueue: Enqueue
  index: Pick<FileIndex, 'withdraw'>
  /** Days in the trash where a space has no setting of its own. */
  trashDays: number
}

/**
 * Puts a file into the trash, or deletes it for good: when that is asked for, when its space has no trash, and when it
 * lies in the trash already.
 * @throws files.not_found
 */
export async function deleteFile(
  scope: TenantScope,
  id: string,
  isPermanent: boolean,
  deps: RemoveDeps,
): Promise<void> {
  await deps.db.tenant(scope, async (tx) => {
    if (isPermanent) {
      const file = await lockAnyFile(tx, id)
      await eraseFiles(tx, file.space_id, [file.id], deps)
    } else {
      const file = await lockFile(tx, id)
      await removeFiles(tx, file.space_id, [file.id], deps)
    }
  })
}

/** Into the trash, if the space has one. The files' rows are locked. */
export async function removeFiles(
  tx: TenantTx,
  spaceId: string,
  fileIds: readonly string[],
  deps: RemoveDeps,
): Promise<void> {
  const days = await readTrashDays(tx, spaceId, deps)
  if (days === 0) await eraseFiles(tx, spaceId, fileIds, deps)
  else await trashFiles(tx, spaceId, fileIds, days, deps)
}

async function readTrashDays(
  tx: TenantTx,
  spaceId: string,
  { trashDays }: Pick<RemoveDeps, 'trashDays'>,
): Promise<number> {
  const space = await tx.kysely
    .selectFrom('spaces')
    .select('trash_days')
    .where('id', '=', spaceId)
    .executeTakeFirst()
  return space?.trash_days ?? trashDays
}

const dayMs = 24 * 3600 * 1000
/** One purge is queued in so many seconds, for all that is thrown away in them. */
const purgeOnceInSeconds = 3600

async function trashFiles(
  tx: TenantTx,
  spaceId: string,
  fileIds: readonly string[],
  days: number,
  { clock, enqueue, index }: RemoveDeps,
): Promise<void> {
  await index.withdraw(tx, spaceId, fileIds)
  const isOfFiles = sql<boolean>`files.id = any(${[...fileIds]}::uuid[])`
  const placed = await tx.kysely.selectFrom('files').select('folder_id').distinct().where(isOfFiles).execute()
  const folders = placed.flatMap(({ folder_id }) => folder_id ?? [])
  const paths = await tx.inWholeSpaces((whole) => readPaths(whole, folders))
  await tellRemoval(tx, fileIds, 'file.trashed')
  const known = sql`unnest(${[...paths.keys()]}::uuid[], ${[...paths.values()]}::text[])`
  const now = clock.now()
  await tx.kysely
    .updateTable('files')
    .set((eb) => ({
      status: 'trashed',
      failure: null,
      failure_detail: null,
      trashed_at: now,
      trashed_version_id: eb.ref('live_version_id'),
      trashed_folder_id: eb.ref('folder_id'),
      trashed_path: sql<
        string | null
      >`(select path from ${known} as known(id, path) where known.id = files.folder_id)`,
      live_version_id: null,
      folder_id: null,
      updated_at: now,
    }))
    .where(isOfFiles)
    .execute()
  const timing = { delayMs: days * dayMs + purgeOnceInSeconds * 1000, onceInSeconds: purgeOnceInSeconds }
  await enqueue(tx, purgeQueue, [{ space: spaceId }], { spaceId, key: spaceId, ...timing })
}

/**
 * Deletes files with all their versions, chunks and index entries in the caller's transaction; the bytes on disk go right
 * after it, by a job that survives a crash.
 */
async function eraseFiles(
  tx: TenantTx,
  spaceId: string,
  fileIds: readonly string[],
  { enqueue, index }: Pick<RemoveDeps, 'enqueue' | 'index'>,
): Promise<void> {
  const blobs = await blobsOf(tx, fileIds)
  await tellRemoval(tx, fileIds, 'file.deleted')
  await index.withdraw(tx, spaceId, fileIds)
  await tx.kysely
    .deleteFrom('files')
    .where(sql<boolean>`files.id = any(${[...fileIds]}::uuid[])`)
    .execute()
  await enqueue(tx, removeBlobQueue, blobs, { spaceId })
}

/** Of a file in the trash, where it lay. */
async function tellRemoval(
  tx: TenantTx,
  fileIds: readonly string[],
  type: 'file.trashed' | 'file.deleted',
): Promise<void> {
  const files = await tx.kysely
    .selectFrom('files')
    .select(['id', 'space_id', 'name'])
    .select(({ fn }) => fn.coalesce('folder_id', 'trashed_folder_id').as('folder_id'))
    .where(sql<boolean>`files.id = any(${[...fileIds]}::uuid[])`)
    .execute()
  await tx.record(...files.map((file) => fileEvent(type, file)))
}

/** The same for all files and folders of a space, in the transaction that deletes the space with its index. */
export async function deleteFilesOf(
  tx: TenantTx,
  spaceId: string,
  { enqueue }: Pick<RemoveDeps, 'enqueue'>,
): Promise<void> {
  await lockFilesOf(tx, spaceId)
  const blobs = await blobsOfSpace(tx, spaceId)
  // Of 10,000 files in one statement; by the foreign keys it would be one for each version.
  await tx.kysely.deleteFrom('chunks').where('space_id', '=', spaceId).execute()
  await tx.kysely.deleteFrom('files').where('space_id', '=', spaceId).execute()
  await tx.kysely.deleteFrom('folders').where('space_id', '=', spaceId).execute()
  await enqueue(tx, removeBlobQueue, blobs, { spaceId })
}

/** Files thrown away at once, in one short transaction. */
const purgedAtOnce = 100

/** Deletes for good what has lain in the trash of a space for as long as it says. */
export async function purgeTrash(
  scope: TenantScope,
  spaceId: string,
  signal: AbortSignal,
  deps: RemoveDeps,
): Promise<void> {
  for (let purged = 1; purged > 0;) {
    signal.throwIfAborted()
    purged = await deps.db.tenant(scope, async (tx) => {
      const days = await readTrashDays(tx, spaceId, deps)
      const due = await tx.kysely
        .selectFrom('files')
        .select('id')
        .where('space_id', '=', spaceId)
        .where('trashed_at', '<=', new Date(deps.clock.now().getTime() - days * dayMs))
        .orderBy('id')
        .limit(purgedAtOnce)
        .forUpdate()
        .execute()
      if (due.length === 0) tx.unrecorded('unchanged')
      else
        await eraseFiles(
          tx,
          spaceId,
          due.map(({ id }) => id),
          deps,
        )
      return due.length
    })
  }
}

/** Looks at a space's trash at once, after its setting was changed. */
export function queuePurge(enqueue: Enqueue): (tx: TenantTx, spaceId: string) => Promise<void> {
  return (tx, spaceId) => enqueue(tx, purgeQueue, [{ space: spaceId }], { spaceId, key: spaceId })
}

function blobsOf(tx: TenantTx, fileIds: readonly string[]) {
  return tx.kysely
    .selectFrom('versions')
    .select('blob')
    .distinct()
    .where(sql<boolean>`versions.file_id = any(${[...fileIds]}::uuid[])`)
    .execute()
}

function blobsOfSpace(tx: TenantTx, spaceId: string) {
  return tx.kysely.selectFrom('versions').select('blob').distinct().where('space_id', '=', spaceId).execute()
}
