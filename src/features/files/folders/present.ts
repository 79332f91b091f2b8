import type { TenantTx } from '#platform/db/index.ts'
import { formatId } from '#platform/ids.ts'
import { type FolderRow, readPaths } from './queries.ts'

/** Each with its path, which takes a look at the folders above. */
export async function presentFolders(tx: TenantTx, rows: readonly FolderRow[]) {
  const paths = await readPaths(
    tx,
    rows.map(({ id }) => id),
  )
  return rows.map((row) => ({
    id: formatId('fld', row.id),
    space_id: formatId('spc', row.space_id),
    parent_id: row.parent_id && formatId('fld', row.parent_id),
    name: row.name,
    path: paths.get(row.id) ?? row.name,
    depth: row.depth,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  }))
}

export async function presentFolder(tx: TenantTx, row: FolderRow) {
  const [folder] = await presentFolders(tx, [row])
  if (!folder) throw new Error('a folder was not presented')
  return folder
}
