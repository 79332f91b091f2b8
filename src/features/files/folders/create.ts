import type { Clock } from '#platform/clock.ts'
import type { TenantTx } from '#platform/db/index.ts'
import { forbidden } from '#platform/errors.ts'
import type { Ids } from '#platform/ids.ts'
import { folderEvent } from './folder-event.ts'
import { findChild, type FolderRow } from './queries.ts'
import { type FolderName, invalid, maxDepth } from './read-name.ts'

export type CreateDeps = { clock: Clock; ids: Ids }
type Parent = Pick<FolderRow, 'id' | 'depth'> | undefined

/**
 * The folder of that name, which is made when it is not there: of several who make it at once one does.
 * @throws input.invalid when it would lie too deep, auth.forbidden when it is there and hidden from the caller
 */
async function ensureFolder(
  tx: TenantTx,
  spaceId: string,
  parent: Parent,
  name: FolderName,
  { clock, ids }: CreateDeps,
): Promise<{ folder: FolderRow; isNew: boolean }> {
  const known = await findChild(tx, spaceId, parent?.id ?? null, name)
  if (known) return { folder: known, isNew: false }
  if ((parent?.depth ?? 0) >= maxDepth) throw invalid('path', `must not be deeper than ${maxDepth} folders`)
  const now = clock.now()
  const { subject, tenantId } = tx.scope
  const made = await tx.kysely
    .insertInto('folders')
    .values({
      tenant_id: tenantId,
      id: ids.uuid(),
      space_id: spaceId,
      parent_id: parent?.id ?? null,
      parent_depth: parent?.depth ?? null,
      depth: (parent?.depth ?? 0) + 1,
      name: name.name,
      name_key: name.key,
      created_by: subject.type === 'key' ? subject.id : null,
      created_at: now,
      updated_at: now,
    })
    .onConflict((conflict) =>
      conflict.columns(['tenant_id', 'space_id', 'parent_id', 'name_key']).doNothing(),
    )
    .returningAll()
    .executeTakeFirst()
  if (made) {
    await tx.record(folderEvent('folder.created', made))
    return { folder: made, isNew: true }
  }
  // Whoever was faster has committed: the insert waited for it.
  const theirs = await findChild(tx, spaceId, parent?.id ?? null, name)
  if (!theirs && tx.scope.part) throw forbidden('The caller may not see the folder of this name.')
  if (!theirs) throw new Error('a folder that stood in the way is gone, although the tree is held')
  return { folder: theirs, isNew: false }
}

/**
 * The folder at a path, with everything on the way to it. The caller holds the tree.
 * @returns undefined for an empty path below nothing
 */
export async function ensurePath(
  tx: TenantTx,
  spaceId: string,
  parent: FolderRow | undefined,
  names: readonly FolderName[],
  deps: CreateDeps,
): Promise<{ folder: FolderRow | undefined; isNew: boolean }> {
  let [folder, isNew] = [parent, false]
  for (const name of names) ({ folder, isNew } = await ensureFolder(tx, spaceId, folder, name, deps))
  return { folder, isNew }
}
