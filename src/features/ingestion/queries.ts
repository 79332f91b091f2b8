import type { TenantTx } from '#platform/db/index.ts'
import { type Layout, sealChunk, sealVersion } from '#features/files/index.ts'
import type { Chunk } from './chunk/chunk-extraction.ts'

/** Rows of one insert: short transactions, because an embedded database has one session for everybody. */
const batchSize = 200

/** A version with its file, or undefined when either was deleted, the file lies in the trash or the version is no longer the newest. */
export async function findVersionToRead(tx: TenantTx, versionId: string) {
  const version = await tx.kysely
    .selectFrom('versions')
    .innerJoin('files', 'files.id', 'versions.file_id')
    .innerJoin('spaces', 'spaces.id', 'versions.space_id')
    .select(['versions.id', 'versions.file_id', 'versions.space_id', 'versions.number', 'versions.blob'])
    .select(['versions.password', 'versions.url', 'files.status'])
    .select(['spaces.chunk_by', 'spaces.chunk_chars', 'spaces.chunk_overlap'])
    .select(['files.name', 'files.size_bytes', 'files.live_version_id'])
    .where('versions.id', '=', versionId)
    .where('files.trashed_at', 'is', null)
    .executeTakeFirst()
  if (!version) return undefined
  const newer = await tx.kysely
    .selectFrom('versions')
    .select('id')
    .where('file_id', '=', version.file_id)
    .where('number', '>', version.number)
    .executeTakeFirst()
  return newer ? undefined : version
}

export type VersionToRead = NonNullable<Awaited<ReturnType<typeof findVersionToRead>>>

export type FileStatus =
  | { status: 'extracting' | 'indexing' }
  | { status: 'failed'; failure: string; failure_detail: string }
  | { status: 'ready'; live_version_id: string; media_type: string }
  | { status: 'stored'; live_version_id: null }

export async function setFileStatus(
  tx: TenantTx,
  fileId: string,
  status: FileStatus,
  now: Date,
): Promise<void> {
  await tx.kysely
    .updateTable('files')
    .set({
      failure: null,
      failure_detail: null,
      pages_done: null,
      pages_total: null,
      ...status,
      updated_at: now,
    })
    .where('id', '=', fileId)
    .where('trashed_at', 'is', null)
    .execute()
}

/** How far a document is that is still being read. */
export async function setProgress(tx: TenantTx, fileId: string, done: number, total: number): Promise<void> {
  await tx.kysely
    .updateTable('files')
    .set({ pages_done: done, pages_total: total })
    .where('id', '=', fileId)
    .where('status', '=', 'extracting')
    .execute()
}

export type ReadVersion = {
  text: string
  title: string | undefined
  layout: Layout | undefined
  language: string
  page_count: number | null
  /** Where page n begins in the text, at n - 1. */
  page_starts: number[] | null
  chunk_count: number
  media_type: string
}

export async function describeVersion(tx: TenantTx, versionId: string, read: ReadVersion): Promise<void> {
  const { text, title, layout, ...plain } = read
  const sealed = await sealVersion(tx, versionId, { text, title, layout })
  await tx.kysely
    .updateTable('versions')
    .set({ ...plain, ...sealed })
    .where('id', '=', versionId)
    .execute()
}

export async function deleteChunks(tx: TenantTx, versionId: string): Promise<void> {
  await tx.kysely.deleteFrom('chunks').where('version_id', '=', versionId).execute()
}

const filesOfOneStep = 20

/** The next files that are not what the switch of their space says, held until the transaction ends. What lies in the trash is looked at when it is taken out. */
export function listFilesToSwitch(tx: TenantTx, spaceId: string, isOn: boolean) {
  return tx.kysely
    .selectFrom('files')
    .select('id')
    .where('space_id', '=', spaceId)
    .where('trashed_at', 'is', null)
    .where('status', isOn ? '=' : '!=', 'stored')
    .orderBy('id')
    .limit(filesOfOneStep)
    .forUpdate()
    .execute()
}

export async function deleteChunksOfFile(tx: TenantTx, fileId: string): Promise<void> {
  await tx.kysely.deleteFrom('chunks').where('file_id', '=', fileId).execute()
}

/** Chunks of the file's versions that are no longer searched. */
export async function deleteOldChunks(tx: TenantTx, fileId: string, liveVersionId: string): Promise<void> {
  await tx.kysely
    .deleteFrom('chunks')
    .where('file_id', '=', fileId)
    .where('version_id', '!=', liveVersionId)
    .execute()
}

export type ChunkRow = { id: string; language: string } & Chunk

export async function insertChunks(
  tx: TenantTx,
  version: VersionToRead,
  chunks: readonly ChunkRow[],
): Promise<void> {
  const { sealer } = await tx.sealing()
  const rows = chunks.map((chunk) => ({
    tenant_id: tx.scope.tenantId,
    version_id: version.id,
    ordinal: chunk.ordinal,
    id: chunk.id,
    space_id: version.space_id,
    file_id: version.file_id,
    content: sealChunk(sealer, chunk.id, chunk),
    page: chunk.page ?? null,
    start_offset: chunk.start,
    end_offset: chunk.end,
    language: chunk.language,
  }))
  await tx.kysely.insertInto('chunks').values(rows).execute()
}

export function* batches<T>(all: readonly T[]): Generator<T[]> {
  for (let start = 0; start < all.length; start += batchSize) yield all.slice(start, start + batchSize)
}
