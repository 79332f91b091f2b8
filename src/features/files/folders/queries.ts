import { sql } from 'kysely'
import { pageByCreation, type PageRequest, type TenantTx } from '#platform/db/index.ts'
import { parseId } from '#platform/ids.ts'
import { folderNotFound } from './errors.ts'
import type { FolderName } from './read-name.ts'

export type FolderRow = {
  id: string
  space_id: string
  parent_id: string | null
  depth: number
  name: string
  created_at: Date
  updated_at: Date
}

const columns = ['id', 'space_id', 'parent_id', 'depth', 'name', 'created_at', 'updated_at'] as const

/** @throws folders.not_found for an id of somebody else's, an unknown one, and text that is no id */
export async function getFolder(tx: TenantTx, text: string): Promise<FolderRow> {
  const id = parseId('fld', text)
  const row =
    id && (await tx.kysely.selectFrom('folders').select(columns).where('id', '=', id).executeTakeFirst())
  if (!row) throw folderNotFound()
  return row
}

/**
 * A folder of this space: one of another space is none.
 * @throws folders.not_found
 */
export async function getFolderIn(tx: TenantTx, spaceId: string, text: string): Promise<FolderRow> {
  const folder = await getFolder(tx, text)
  if (folder.space_id !== spaceId) throw folderNotFound()
  return folder
}

export function findChild(tx: TenantTx, spaceId: string, parentId: string | null, { key }: FolderName) {
  return tx.kysely
    .selectFrom('folders')
    .select(columns)
    .where('space_id', '=', spaceId)
    .where('parent_id', parentId === null ? 'is' : '=', parentId)
    .where('name_key', '=', key)
    .executeTakeFirst()
}

/** The folder at a path below another one, or below none. */
export async function findByPath(
  tx: TenantTx,
  spaceId: string,
  parent: FolderRow | undefined,
  names: readonly FolderName[],
): Promise<FolderRow | undefined> {
  let folder = parent
  for (const name of names) {
    folder = await findChild(tx, spaceId, folder?.id ?? null, name)
    if (!folder) return undefined
  }
  return folder
}

export type FolderFilter = {
  spaceId: string | undefined
  /** Folders directly in this one, null for those in none, undefined for all. */
  parentId: string | null | undefined
  /** Folders in this one at any depth. */
  below: string | undefined
  name: string | undefined
}

/** In the order of their creation: parents before their children. */
export async function listFolders(
  tx: TenantTx,
  filter: FolderFilter,
  page: PageRequest,
): Promise<FolderRow[]> {
  let query = tx.kysely.selectFrom('folders').select(columns)
  if (filter.spaceId !== undefined) query = query.where('space_id', '=', filter.spaceId)
  if (filter.parentId !== undefined)
    query = query.where('parent_id', filter.parentId === null ? 'is' : '=', filter.parentId)
  if (filter.below !== undefined) {
    const inside = (await readSubtree(tx, [filter.below])).filter((id) => id !== filter.below)
    query = query.where(sql<boolean>`folders.id = any(${inside}::uuid[])`)
  }
  if (filter.name !== undefined)
    query = query.where('name', 'ilike', `%${filter.name.replaceAll(/[\\%_]/g, '\\$&')}%`)
  return pageByCreation(query, 'folders', page).execute()
}

/** Ids of these folders and of all within them. Ids that are nobody's, or not the caller's, are left out. */
export async function readSubtree(tx: TenantTx, ids: readonly string[]): Promise<string[]> {
  const rows = await tx.kysely
    .withRecursive('inside', (db) =>
      db
        .selectFrom('folders')
        .select('id')
        .where(sql<boolean>`folders.id = any(${[...ids]}::uuid[])`)
        .union(
          db.selectFrom('folders').innerJoin('inside', 'inside.id', 'folders.parent_id').select('folders.id'),
        ),
    )
    .selectFrom('inside')
    .select('id')
    .execute()
  return rows.map(({ id }) => id)
}

/** The path of each folder, `Contracts/2026`. */
export async function readPaths(tx: TenantTx, ids: readonly string[]): Promise<Map<string, string>> {
  const rows = await tx.kysely
    .withRecursive('above', (db) =>
      db
        .selectFrom('folders')
        .select(['id as leaf', 'parent_id', 'name', 'depth'])
        .where(sql<boolean>`folders.id = any(${[...ids]}::uuid[])`)
        .unionAll(
          db
            .selectFrom('folders')
            .innerJoin('above', 'above.parent_id', 'folders.id')
            .select(['above.leaf', 'folders.parent_id', 'folders.name', 'folders.depth']),
        ),
    )
    .selectFrom('above')
    .select(['leaf', sql<string>`string_agg(name, '/' order by depth)`.as('path')])
    .groupBy('leaf')
    .execute()
  return new Map(rows.map(({ leaf, path }) => [leaf, path]))
}

/** How many levels of folders there are within a folder, itself counted. */
export async function readHeight(tx: TenantTx, ids: readonly string[], depth: number): Promise<number> {
  const row = await tx.kysely
    .selectFrom('folders')
    .select((eb) => eb.fn.max<number>('depth').as('deepest'))
    .where(sql<boolean>`folders.id = any(${[...ids]}::uuid[])`)
    .executeTakeFirstOrThrow()
  return row.deepest - depth + 1
}
