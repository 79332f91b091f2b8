import { type RawBuilder, sql, type SqlBool } from 'kysely'
import { pageByCreation, type PageRequest, type TenantTx } from '#platform/db/index.ts'
import { forbidden } from '#platform/errors.ts'
import { parseId } from '#platform/ids.ts'
import { openChunk, openText, openTitle } from './content.ts'
import { chunkNotFound, fileNotFound, versionNotFound } from './errors.ts'

export type FileRow = Awaited<ReturnType<typeof getFile>>
type SealedRow = Awaited<ReturnType<ReturnType<typeof filesWithVersion>['executeTakeFirstOrThrow']>>

const fileColumns = [
  'files.id',
  'files.space_id',
  'files.folder_id',
  'files.name',
  'files.external_id',
  'files.origin',
  'files.metadata',
  'files.status',
  'files.failure',
  'files.failure_detail',
  'files.media_type',
  'files.size_bytes',
  'files.sha256',
  'files.live_version_id',
  'files.created_at',
  'files.updated_at',
  'files.trashed_at',
  'files.pages_done',
  'files.pages_total',
  'versions.title',
  'versions.language',
  'versions.page_count',
  'versions.chunk_count',
] as const

/** Of files that are there, or of those in the trash: to whoever does not ask for these they do not exist. */
function filesWithVersion(tx: TenantTx, which: 'there' | 'trashed' = 'there') {
  return tx.kysely
    .selectFrom('files')
    .leftJoin('versions', 'versions.id', 'files.live_version_id')
    .select(fileColumns)
    .where('files.trashed_at', which === 'there' ? 'is' : 'is not', null)
    .where(isStillPlaced(tx))
}

/**
 * In the trash a file is held to the rights on the folder it lay in. With a folder its grants go, so that nobody can say
 * any more whom of the tenant's users they kept out: what lay there is for owners, and for keys that act for nobody.
 */
function isStillPlaced({ scope }: TenantTx): RawBuilder<SqlBool> {
  if (scope.user === undefined || scope.spaces === 'all') return sql`true`
  return sql`(files.trashed_folder_id is null or exists (select from folders where folders.tenant_id = files.tenant_id
    and folders.space_id = files.space_id and folders.id = files.trashed_folder_id))`
}

/** @throws files.not_found for an id of somebody else's, an unknown one, and text that is no id */
export async function getFile(tx: TenantTx, text: string, which: 'there' | 'trashed' = 'there') {
  const id = parseId('fil', text)
  const row = id && (await filesWithVersion(tx, which).where('files.id', '=', id).executeTakeFirst())
  if (!row) throw fileNotFound()
  return withTitle(tx, row)
}

/** A file whose title is open. The keys are asked for only where there is one: a destroyed key leaves the list. */
async function withTitle<Row extends SealedRow>(tx: TenantTx, row: Row) {
  const { live_version_id: version, title } = row
  return { ...row, title: version && title && openTitle(await tx.keys(), version, title) }
}

/**
 * The same, with its row locked: who changes, deletes or publishes a file waits for whoever does so already.
 * @throws files.not_found, auth.forbidden
 */
export async function lockFile(tx: TenantTx, text: string, which: 'there' | 'trashed' = 'there') {
  const { id } = await getFile(tx, text, which)
  const locked = await lockSeen(tx, id)
  const file = await getFile(tx, text, which)
  if (!locked) throw mayNotChange()
  return file
}

/** The same for a file that is there or in the trash. @throws files.not_found, auth.forbidden */
export async function lockAnyFile(tx: TenantTx, text: string) {
  const { id } = await findAnyFile(tx, text)
  const locked = await lockSeen(tx, id)
  const file = await findAnyFile(tx, text)
  if (!locked) throw mayNotChange()
  return file
}

async function findAnyFile(tx: TenantTx, text: string) {
  const id = parseId('fil', text)
  const row =
    id &&
    (await tx.kysely
      .selectFrom('files')
      .select(['id', 'space_id'])
      .where('id', '=', id)
      .where(isStillPlaced(tx))
      .executeTakeFirst())
  if (!row) throw fileNotFound()
  return row
}

/** Undefined for one that the caller sees and may not change. */
function lockSeen(tx: TenantTx, id: string) {
  return tx.kysely.selectFrom('files').select('id').where('id', '=', id).forUpdate().executeTakeFirst()
}

const mayNotChange = () => forbidden('The caller may not change this file.')

/** First of all, as `lockFile` does: who publishes holds a file before anything else of it. */
export function lockFilesOf(tx: TenantTx, spaceId: string) {
  return tx.kysely
    .selectFrom('files')
    .select('id')
    .where('space_id', '=', spaceId)
    .orderBy('id')
    .forUpdate()
    .execute()
}

/** Takes the file's row, so that a deletion or another publication comes before or after, never between. */
export function lockFileRow(tx: TenantTx, fileId: string) {
  return lockingFile(tx, fileId).where('trashed_at', 'is', null).executeTakeFirst()
}

/** The same for what is done to a file's bytes, which are there while it lies in the trash too. */
export function lockStoredFileRow(tx: TenantTx, fileId: string) {
  return lockingFile(tx, fileId).executeTakeFirst()
}

function lockingFile(tx: TenantTx, fileId: string) {
  return tx.kysely
    .selectFrom('files')
    .select(['id', 'space_id', 'folder_id', 'live_version_id', 'name'])
    .where('id', '=', fileId)
    .forUpdate()
}

export async function findByExternalId(tx: TenantTx, spaceId: string, externalId: string) {
  const row = await filesWithVersion(tx)
    .where('files.space_id', '=', spaceId)
    .where('files.external_id', '=', externalId)
    .executeTakeFirst()
  return row && withTitle(tx, row)
}

export type FileFilter = {
  spaceId?: string | undefined
  /** In one of these folders; null: in none. */
  folders?: readonly string[] | null | undefined
  isTrashed?: boolean
  status?: string | undefined
  type?: string | undefined
  origin?: string | undefined
  externalId?: string | undefined
  name?: string | undefined
  createdAfter?: string | undefined
  createdBefore?: string | undefined
  /** Each must be equal, as text. */
  metadata?: Record<string, string>
}

/** Newest first. */
export async function listFiles(tx: TenantTx, filter: FileFilter, page: PageRequest) {
  let query = filesWithVersion(tx, filter.isTrashed ? 'trashed' : 'there')
  if (filter.folders === null) query = query.where('files.folder_id', 'is', null)
  else if (filter.folders)
    query = query.where(sql<boolean>`files.folder_id = any(${[...filter.folders]}::uuid[])`)
  if (filter.spaceId) query = query.where('files.space_id', '=', filter.spaceId)
  if (filter.status) query = query.where('files.status', '=', filter.status)
  if (filter.type) query = query.where('files.media_type', '=', filter.type)
  if (filter.origin) query = query.where('files.origin', '=', filter.origin)
  if (filter.externalId) query = query.where('files.external_id', '=', filter.externalId)
  if (filter.name)
    query = query.where('files.name', 'ilike', `%${filter.name.replaceAll(/[\\%_]/g, '\\$&')}%`)
  if (filter.createdAfter) query = query.where('files.created_at', '>=', new Date(filter.createdAfter))
  if (filter.createdBefore) query = query.where('files.created_at', '<', new Date(filter.createdBefore))
  for (const [key, value] of Object.entries(filter.metadata ?? {})) {
    query = query.where(sql<string>`files.metadata ->> ${key}`, '=', value)
  }
  const rows = await pageByCreation(query, 'files', page, 'newest first').execute()
  return Promise.all(rows.map((row) => withTitle(tx, row)))
}

/** Files of this tenant that wait to be read, counted up to 1,000: what a new one has to queue behind. */
export async function countBacklog(tx: TenantTx): Promise<number> {
  const row = await tx.kysely
    .selectFrom((eb) =>
      eb.selectFrom('files').select('id').where('status', '=', 'queued').limit(1000).as('waiting'),
    )
    .select((eb) => eb.fn.countAll<number>().as('files'))
    .executeTakeFirstOrThrow()
  return row.files
}

const versionColumns = [
  'id',
  'number',
  'blob',
  'blob_key',
  'password',
  'url',
  'media_type',
  'size_bytes',
  'sha256',
  'replaces',
  'language',
  'page_count',
  'chunk_count',
  'created_at',
] as const

export type VersionRow = Awaited<ReturnType<typeof latestVersion>>

export function latestVersion(tx: TenantTx, fileId: string) {
  return tx.kysely
    .selectFrom('versions')
    .select(versionColumns)
    .where('file_id', '=', fileId)
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirstOrThrow()
}

/** @throws versions.not_found */
export async function getVersion(tx: TenantTx, fileId: string, number: number): Promise<VersionRow> {
  const row = await tx.kysely
    .selectFrom('versions')
    .select(versionColumns)
    .where('file_id', '=', fileId)
    .where('number', '=', number)
    .executeTakeFirst()
  if (!row) throw versionNotFound()
  return row
}

/** Newest first, those before a number. */
export function listVersions(tx: TenantTx, fileId: string, limit: number, before: number) {
  return tx.kysely
    .selectFrom('versions')
    .select(versionColumns)
    .where('file_id', '=', fileId)
    .where('number', '<', before)
    .orderBy('number', 'desc')
    .limit(limit + 1)
    .execute()
}

export async function textOf(tx: TenantTx, versionId: string) {
  const row = await tx.kysely
    .selectFrom('versions')
    .select('text')
    .where('id', '=', versionId)
    .executeTakeFirst()
  return row?.text ? openText(await tx.keys(), versionId, row.text) : undefined
}

/** A chunk of a live version. @throws chunks.not_found, also for one that is searched no more */
export async function getChunk(tx: TenantTx, text: string) {
  const id = parseId('chk', text)
  const row =
    id &&
    (await tx.kysely
      .selectFrom('chunks')
      .innerJoin('files', (join) =>
        join
          .onRef('files.id', '=', 'chunks.file_id')
          .onRef('files.live_version_id', '=', 'chunks.version_id'),
      )
      .select(['chunks.file_id', 'chunks.version_id', 'chunks.ordinal', 'chunks.space_id'])
      .select(['files.name', 'files.folder_id'])
      .where('chunks.id', '=', id)
      .executeTakeFirst())
  if (!row) throw chunkNotFound()
  return row
}

/** The chunks of a version from one ordinal to another, in their order. */
export async function readChunksBetween(tx: TenantTx, versionId: string, from: number, to: number) {
  const rows = await listChunks(tx, versionId, to - from, from - 1)
  return rows.filter(({ ordinal }) => ordinal <= to)
}

export async function listChunks(tx: TenantTx, versionId: string, limit: number, afterOrdinal: number) {
  const rows = await tx.kysely
    .selectFrom('chunks')
    .select(['id', 'ordinal', 'content', 'page', 'start_offset', 'end_offset'])
    .where('version_id', '=', versionId)
    .where('ordinal', '>', afterOrdinal)
    .orderBy('ordinal')
    .limit(limit + 1)
    .execute()
  const keys = await tx.keys()
  return rows.map(({ content, ...row }) => ({ ...row, ...openChunk(keys, row.id, content) }))
}
