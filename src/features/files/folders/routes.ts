import { getSpaceOr } from '#features/tenancy/index.ts'
import { Answer, IdParams, Page, pageOf, readPage, type Route, route } from '#http/index.ts'
import type { Clock } from '#platform/clock.ts'
import type { Db, TenantTx } from '#platform/db/index.ts'
import type { Ids } from '#platform/ids.ts'
import { changeFolder } from './change.ts'
import { ensurePath } from './create.ts'
import { deleteFolder, type RemoveFiles } from './delete.ts'
import { folderConflict } from './errors.ts'
import { lockTree } from './lock-tree.ts'
import { presentFolder, presentFolders } from './present.ts'
import { findByPath, type FolderFilter, getFolder, getFolderIn, listFolders } from './queries.ts'
import { invalid, readFolderName, readPath } from './read-name.ts'
import { Folder, FolderChange, FolderDeletion, FolderListQuery, NewFolder } from './schemas.ts'

export type FolderDeps = { db: Db; clock: Clock; ids: Ids; removeFiles: RemoveFiles }

const tenant = { tag: 'folders', levels: ['tenant'] } as const

export function folderRoutes(deps: FolderDeps): Route[] {
  return [
    route({
      ...tenant,
      access: 'files:write',
      method: 'POST',
      path: '/v1/folders',
      records: ['folder.created'],
      summary: 'Create a folder',
      description:
        'By `name`, in `parent` or at the top: 201, or 409 when it is there already. By `path`, below `parent` or the top, with all folders on the way: 201, or 200 when all were there already.',
      body: NewFolder,
      responses: { 201: Folder, 200: Folder },
      handle: ({ scope, body }) => deps.db.tenant(scope, (tx) => createFolder(tx, body, deps)),
    }),
    route({
      ...tenant,
      access: 'files:read',
      method: 'GET',
      path: '/v1/folders',
      summary: 'List folders',
      description: 'All of a space, those in `parent`, or the one at `path` below it.',
      query: FolderListQuery,
      responses: { 200: Page(Folder) },
      handle: ({ scope, query }) =>
        deps.db.tenant(scope, async (tx) => {
          const rows = await findFolders(tx, query)
          const { data, next_cursor } = pageOf(
            rows,
            query.limit,
            (row) => row,
            (row) => ({ at: row.created_at, id: row.id }),
          )
          return { data: await presentFolders(tx, data), next_cursor }
        }),
    }),
    route({
      ...tenant,
      access: 'files:read',
      method: 'GET',
      path: '/v1/folders/{id}',
      summary: 'Get a folder',
      params: IdParams,
      responses: { 200: Folder },
      handle: ({ scope, params }) =>
        deps.db.tenant(scope, async (tx) => presentFolder(tx, await getFolder(tx, params.id))),
    }),
    route({
      ...tenant,
      access: 'files:write',
      method: 'PATCH',
      path: '/v1/folders/{id}',
      records: ['folder.updated'],
      summary: 'Rename a folder, or move it with everything in it',
      params: IdParams,
      body: FolderChange,
      responses: { 200: Folder },
      handle: ({ scope, params, body }) =>
        deps.db.tenant(scope, async (tx) => presentFolder(tx, await changeFolder(tx, params.id, body, deps))),
    }),
    route({
      ...tenant,
      access: 'files:delete',
      method: 'DELETE',
      path: '/v1/folders/{id}',
      records: ['folder.deleted', 'file.trashed', 'file.deleted'],
      summary: 'Delete a folder',
      description: 'One that holds anything is refused, unless `force` is true: then all of it goes with it.',
      params: IdParams,
      query: FolderDeletion,
      responses: { 204: 'empty' },
      handle: async ({ scope, params, query }) => {
        await deps.db.tenant(scope, (tx) => deleteFolder(tx, params.id, query.force, deps.removeFiles))
        return new Answer(204, undefined)
      },
    }),
  ]
}

type Wanted = { space?: string; parent?: string | null; name?: string; path?: string }

async function createFolder(
  tx: TenantTx,
  { space: asked, parent: within, name, path }: Wanted,
  deps: FolderDeps,
) {
  if ((name === undefined) === (path === undefined))
    throw invalid('name', 'is needed, or `path`, and not both')
  const space = await spaceOf(tx, asked, within)
  await lockTree(tx, space, 'shared')
  const parent = typeof within === 'string' ? await getFolderIn(tx, space, within) : undefined
  const names = path === undefined ? [readFolderName(name ?? '', 'name')] : readPath(path, 'path')
  const { folder, isNew } = await ensurePath(tx, space, parent, names, deps)
  if (!folder) throw invalid('path', 'must name a folder')
  if (!isNew && path === undefined) throw folderConflict('Another folder of the same parent has this name.')
  return new Answer(isNew ? 201 : 200, await presentFolder(tx, folder))
}

async function spaceOf(tx: TenantTx, asked: string | undefined, within: string | null | undefined) {
  if (asked !== undefined || typeof within !== 'string') return (await getSpaceOr(tx, asked)).id
  return (await getFolder(tx, within)).space_id
}

type ListQuery = {
  space?: string
  parent?: string
  recursive: boolean
  path?: string
  name?: string
  limit: number
  cursor?: string
}

async function findFolders(tx: TenantTx, query: ListQuery) {
  const within = query.parent === '/' ? null : query.parent
  const isAll = query.space === '*' && within === undefined && query.path === undefined
  const spaceId = isAll ? undefined : await spaceOf(tx, query.space, within)
  const parent =
    typeof within === 'string' && spaceId !== undefined ? await getFolderIn(tx, spaceId, within) : undefined
  if (query.path !== undefined && spaceId !== undefined) {
    const folder = await findByPath(tx, spaceId, parent, readPath(query.path, 'path'))
    return folder ? [folder] : []
  }
  const filter: FolderFilter = {
    spaceId,
    parentId: query.recursive ? undefined : within === undefined ? undefined : (parent?.id ?? null),
    below: query.recursive ? parent?.id : undefined,
    name: query.name,
  }
  return listFolders(tx, filter, readPage(query))
}
