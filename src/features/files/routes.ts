import { getSpaceOr } from '#features/tenancy/index.ts'
import type { TenantTx } from '#platform/db/index.ts'
import { getFolder, getFolderIn, readSubtree } from './folders/queries.ts'
import { Answer, IdParams, Page, pageOf, readPage, type Route, route } from '#http/index.ts'
import { changeFile, type ChangeDeps, reindexFile } from './change.ts'
import { folderRoutes } from './folders/routes.ts'
import { downloadFile, type DownloadDeps, readText } from './download.ts'
import { textNotReady } from './errors.ts'
import { keepingRoutes } from './keeping-routes.ts'
import { deleteFile, type RemoveDeps, removeFiles } from './remove.ts'
import { presentChunk, presentChunkInFile, presentFile } from './present.ts'
import { type FileFilter, getChunk, getFile, listChunks, listFiles, readChunksBetween } from './queries.ts'
import {
  Chunk,
  ChunkInFile,
  ChunkListQuery,
  ChunkQuery,
  File,
  FileChange,
  FileDeletion,
  FileListQuery,
  UploadForm,
} from './schemas.ts'
import { uploadFile, type UploadDeps } from './upload.ts'
import { fileEvent } from './file-event.ts'

export type FilesDeps = UploadDeps & ChangeDeps & RemoveDeps & DownloadDeps

const tenant = { tag: 'files', levels: ['tenant'] } as const

export function fileRoutes(deps: FilesDeps): Route[] {
  return [
    ...folderRoutes({ ...deps, removeFiles: (tx, spaceId, ids) => removeFiles(tx, spaceId, ids, deps) }),
    ...writingRoutes(deps),
    ...keepingRoutes(deps),
    ...readingRoutes(deps),
  ]
}

function writingRoutes(deps: FilesDeps): Route[] {
  return [
    route({
      ...tenant,
      access: 'files:write',
      method: 'POST',
      path: '/v1/files',
      records: ['file.uploaded', 'folder.created'],
      summary: 'Upload a file',
      description: 'Answers 201 for a new file, 200 when `on_conflict` found one with this `external_id`.',
      multipart: UploadForm,
      responses: { 201: File, 200: File },
      handle: async ({ scope, request }) => {
        const { file, created } = await uploadFile(scope, request, deps)
        return new Answer(created ? 201 : 200, presentFile(file))
      },
    }),
    route({
      ...tenant,
      access: 'files:write',
      method: 'PATCH',
      path: '/v1/files/{id}',
      records: ['file.updated', 'file.moved', 'folder.created'],
      summary: 'Rename a file, move it to a folder or space, change its external id, origin or metadata',
      description: 'All of it or nothing, and found so from the next search on.',
      params: IdParams,
      body: FileChange,
      responses: { 200: File },
      handle: async ({ scope, params, body }) => presentFile(await changeFile(scope, params.id, body, deps)),
    }),
    route({
      ...tenant,
      access: 'files:delete',
      method: 'DELETE',
      path: '/v1/files/{id}',
      records: ['file.trashed', 'file.deleted'],
      summary: 'Put a file into the trash, or delete it and everything made from it',
      params: IdParams,
      query: FileDeletion,
      responses: { 204: 'empty' },
      handle: async ({ scope, params, query }) => {
        await deleteFile(scope, params.id, query.permanent, deps)
        return new Answer(204, undefined)
      },
    }),
    route({
      ...tenant,
      access: 'files:write',
      method: 'POST',
      path: '/v1/files/{id}/reindex',
      records: ['file.queued'],
      summary: 'Read a file again, for example after a failure',
      params: IdParams,
      responses: { 202: File },
      handle: async ({ scope, params }) =>
        new Answer(202, presentFile(await reindexFile(scope, params.id, deps))),
    }),
  ]
}

function readingRoutes(deps: FilesDeps): Route[] {
  const read = { ...tenant, access: 'files:read', method: 'GET' } as const
  return [
    route({
      ...read,
      path: '/v1/files',
      summary: 'List files, newest first',
      description: 'Also takes `metadata.<key>=<value>`, any number of times.',
      query: FileListQuery,
      responses: { 200: Page(File) },
      handle: async ({ scope, query }) => {
        const page = readPage(query)
        const rows = await deps.db.tenant(scope, async (tx) => {
          const place = await placeOf(tx, query)
          return listFiles(tx, { ...filterOf(query), ...place }, page)
        })
        return pageOf(rows, query.limit, presentFile, (row) => ({ at: row.created_at, id: row.id }))
      },
    }),
    route({
      ...read,
      path: '/v1/files/{id}',
      summary: 'Get a file with its status',
      params: IdParams,
      responses: { 200: File },
      handle: async ({ scope, params }) =>
        presentFile(await deps.db.tenant(scope, (tx) => getFile(tx, params.id))),
    }),
    route({
      ...read,
      path: '/v1/files/{id}/content',
      records: ['file.downloaded'],
      summary: 'Download the file, whole or a range',
      params: IdParams,
      responses: { 200: { bytes: 'application/octet-stream' }, 206: { bytes: 'application/octet-stream' } },
      handle: ({ scope, params, request }) => downloadFile(scope, params, request.headers.range, deps),
    }),
    route({
      ...read,
      path: '/v1/files/{id}/text',
      records: ['file.viewed'],
      summary: 'The text that was read from the file',
      description: 'Offsets of chunks and citations are UTF-16 code units into this text.',
      params: IdParams,
      responses: { 200: { bytes: 'text/plain; charset=utf-8' } },
      handle: ({ scope, params }) => readText(scope, params.id, deps),
    }),
    route({
      ...read,
      path: '/v1/files/{id}/chunks',
      records: ['file.viewed'],
      summary: 'The pieces the file is searched by',
      params: IdParams,
      query: ChunkListQuery,
      responses: { 200: Page(Chunk) },
      handle: async ({ scope, params, query }) => {
        const rows = await deps.db.tenant(scope, async (tx) => {
          const file = await getFile(tx, params.id)
          const { live_version_id: version } = file
          if (version === null) throw textNotReady()
          await deps.recordRead(tx, fileEvent('file.viewed', file, { part: 'chunks' }))
          return listChunks(tx, version, query.limit, query.cursor === undefined ? -1 : Number(query.cursor))
        })
        const page = rows.slice(0, query.limit)
        const last = page.at(-1)
        return {
          data: page.map(presentChunk),
          next_cursor: rows.length > query.limit && last ? String(last.ordinal) : null,
        }
      },
    }),
    route({
      ...read,
      path: '/v1/chunks/{id}',
      records: ['file.viewed'],
      summary: 'Get a chunk with what stands around it',
      description: 'Ids of chunks are in results and citations; a file that is read again has new ones.',
      params: IdParams,
      query: ChunkQuery,
      responses: { 200: ChunkInFile },
      handle: ({ scope, params, query }) =>
        deps.db.tenant(scope, async (tx) => {
          const place = await getChunk(tx, params.id)
          const { file_id: id, space_id, folder_id, name } = place
          await deps.recordRead(
            tx,
            fileEvent('file.viewed', { id, space_id, folder_id, name }, { part: 'chunk' }),
          )
          const { version_id: version, ordinal } = place
          const [from, to] = [ordinal - query.context, ordinal + query.context]
          return presentChunkInFile(place, await readChunksBetween(tx, version, from, to))
        }),
    }),
  ]
}

/** A folder says which space is meant. */
async function placeOf(tx: TenantTx, { space, folder, recursive }: ListQuery) {
  if (folder === undefined || folder === '/') {
    const spaceId = space === '*' ? undefined : (await getSpaceOr(tx, space)).id
    return { spaceId, folders: folder === undefined ? undefined : null }
  }
  const spaceId = space === undefined || space === '*' ? undefined : (await getSpaceOr(tx, space)).id
  const found = spaceId === undefined ? await getFolder(tx, folder) : await getFolderIn(tx, spaceId, folder)
  return { spaceId: found.space_id, folders: recursive ? await readSubtree(tx, [found.id]) : [found.id] }
}

type ListQuery = Record<string, unknown> & {
  space?: string
  folder?: string
  recursive: boolean
  trashed: boolean
  status?: string
  type?: string
  origin?: string
  external_id?: string
  name?: string
  created_after?: string
  created_before?: string
}

function filterOf(query: ListQuery): FileFilter {
  const metadata = Object.entries(query).filter(([name]) => name.startsWith('metadata.'))
  return {
    isTrashed: query.trashed,
    status: query.status,
    type: query.type,
    origin: query.origin,
    externalId: query.external_id,
    name: query.name,
    createdAfter: query.created_after,
    createdBefore: query.created_before,
    metadata: Object.fromEntries(
      metadata.map(([name, value]) => [name.slice('metadata.'.length), String(value)]),
    ),
  }
}
