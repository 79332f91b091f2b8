import { Answer, IdParams, Page, type Route, route } from '#http/index.ts'
import { copyFile } from './copy.ts'
import { deleteFiles } from './delete-many.ts'
import { importFile } from './imports/import.ts'
import { downloadFile } from './download.ts'
import { presentFile, presentVersion } from './present.ts'
import { restoreFile } from './restore.ts'
import type { FilesDeps } from './routes.ts'
import {
  BatchAnswer,
  BatchForm,
  DeleteMany,
  DeleteManyAnswer,
  File,
  FileCopy,
  FileImport,
  Version,
  VersionListQuery,
  VersionParams,
} from './schemas.ts'
import { uploadFiles } from './upload-many.ts'
import { readNumber, readVersions, restoreVersion } from './versions.ts'

const tenant = { tag: 'files', levels: ['tenant'] } as const
const bytes = { bytes: 'application/octet-stream' }

/** Several files at once, copies, versions, and what comes back out of the trash. */
export function keepingRoutes(deps: FilesDeps): Route[] {
  return [
    route({
      ...tenant,
      access: 'files:write',
      method: 'POST',
      path: '/v1/files/batch',
      records: ['file.uploaded', 'folder.created'],
      summary: 'Upload up to 100 files',
      description: 'Each is taken in for itself; its result says what became of it.',
      multipart: BatchForm,
      responses: { 200: BatchAnswer },
      handle: ({ scope, request }) => uploadFiles(scope, request, deps),
    }),
    route({
      ...tenant,
      access: 'files:write',
      method: 'POST',
      path: '/v1/files/import',
      records: ['file.import_requested', 'folder.created'],
      summary: 'Import a file from an address',
      description:
        'Answers 202 with the file that its bytes will be in; `status` says when they are, `failure` why they never came. 200 when `skip` found one with this `external_id`.',
      body: FileImport,
      responses: { 202: File, 200: File },
      handle: async ({ scope, body }) => {
        const { file, isWaited } = await importFile(scope, body, deps)
        return new Answer(isWaited ? 202 : 200, presentFile(file))
      },
    }),
    route({
      ...tenant,
      access: 'files:delete',
      method: 'POST',
      path: '/v1/files/delete',
      records: ['file.trashed', 'file.deleted'],
      summary: 'Delete up to 100 files',
      description: 'Each for itself; an id that is nobody’s has a result with status 404.',
      body: DeleteMany,
      responses: { 200: DeleteManyAnswer },
      handle: ({ scope, body }) => deleteFiles(scope, body, deps),
    }),
    route({
      ...tenant,
      access: 'files:write',
      method: 'POST',
      path: '/v1/files/{id}/copy',
      records: ['file.copied', 'folder.created'],
      summary: 'Copy a file, within its folder or to another place',
      description: 'The copy shares nothing with the first one, which keeps its `external_id`.',
      params: IdParams,
      body: FileCopy,
      responses: { 201: File },
      handle: async ({ scope, params, body }) =>
        new Answer(201, presentFile(await copyFile(scope, params.id, body, deps))),
    }),
    route({
      ...tenant,
      access: 'files:write',
      method: 'POST',
      path: '/v1/files/{id}/restore',
      records: ['file.restored', 'folder.created'],
      summary: 'Take a file out of the trash, to where it lay',
      params: IdParams,
      responses: { 200: File },
      handle: async ({ scope, params }) => presentFile(await restoreFile(scope, params.id, deps)),
    }),
    route({
      ...tenant,
      access: 'files:read',
      method: 'GET',
      path: '/v1/files/{id}/versions',
      summary: 'List the versions of a file, newest first',
      params: IdParams,
      query: VersionListQuery,
      responses: { 200: Page(Version) },
      handle: async ({ scope, params, query }) => {
        const { file, rows } = await readVersions(scope, params.id, query, deps)
        const page = rows.slice(0, query.limit)
        const last = page.at(-1)
        return {
          data: page.map((row) => presentVersion(row, file.live_version_id)),
          next_cursor: rows.length > query.limit && last ? String(last.number) : null,
        }
      },
    }),
    route({
      ...tenant,
      access: 'files:read',
      method: 'GET',
      path: '/v1/files/{id}/versions/{number}/content',
      records: ['file.downloaded'],
      summary: 'Download a version, whole or a range',
      params: VersionParams,
      responses: { 200: bytes, 206: bytes },
      handle: ({ scope, params: { id, number }, request }) =>
        downloadFile(scope, { id, number: readNumber(number) }, request.headers.range, deps),
    }),
    route({
      ...tenant,
      access: 'files:write',
      method: 'POST',
      path: '/v1/files/{id}/versions/{number}/restore',
      records: ['file.version_restored'],
      summary: 'Make an earlier version the newest one again',
      description: 'What is found stays so until it is read; then one takes the other’s place in one step.',
      params: VersionParams,
      responses: { 202: File },
      handle: async ({ scope, params: { id, number } }) =>
        new Answer(202, presentFile(await restoreVersion(scope, id, readNumber(number), deps))),
    }),
  ]
}
