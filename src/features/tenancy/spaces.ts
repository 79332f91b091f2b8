import { type Db, type TenantTx, violatesForeignKey, violatesUnique } from '#platform/db/index.ts'
import type { Clock } from '#platform/clock.ts'
import { changeOf, type EventType } from '#platform/events/index.ts'
import type { Ids } from '#platform/ids.ts'
import type { TenantScope } from '#platform/scope/index.ts'
import { checkModels, type Models } from './models/check-models.ts'
import { spaceConflict, spaceNotFound } from './errors.ts'
import { getSpace } from './queries.ts'

export type Deps = Models & {
  db: Db
  clock: Clock
  ids: Ids
  /** Has the files of a space embedded by what it should have, in the background. */
  queueEmbedding: (tx: TenantTx, spaceId: string) => Promise<void>
  /** Has a space's trash looked through in the background. */
  queuePurge: (tx: TenantTx, spaceId: string) => Promise<void>
  /** Has the files of a space read, or taken out of the index, in the background. */
  queueSwitch: (tx: TenantTx, spaceId: string) => Promise<void>
}

export type SpaceInput = {
  slug: string
  name?: string
  external_id?: string
  intelligence?: boolean
  chunking?: Chunking | null
  embedder?: string | null
  reranker?: string | null
  model?: string | null
  visibility?: 'open' | 'restricted'
  mode?: 'live' | 'test'
  trash_days?: number | null
}

/** @throws input.invalid, spaces.conflict, spaces.not_found for a key bound to certain spaces, which cannot see new ones */
export async function createSpace(scope: TenantScope, input: SpaceInput, deps: Deps) {
  checkModels(input, deps)
  if (scope.spaces !== 'all') throw spaceNotFound()
  return deps.db.tenant(scope, async (tx) => {
    const space = await insertSpace(tx, input, deps)
    await tx.record({ type: 'space.created', ...about(space) })
    return space
  })
}

function about({ id, name }: { id: string; name: string }) {
  return { subject: { type: 'space', id, name }, place: { space: id } } as const
}

export async function insertSpace(
  tx: TenantTx,
  input: SpaceInput,
  { clock, ids }: Pick<Deps, 'clock' | 'ids'>,
) {
  const now = clock.now()
  return refusingConflict(
    tx.kysely
      .insertInto('spaces')
      .values({
        tenant_id: tx.scope.tenantId,
        id: ids.uuid(),
        slug: input.slug,
        name: input.name ?? input.slug,
        external_id: input.external_id ?? null,
        intelligence: input.intelligence ?? true,
        ...chunkColumns(input.chunking),
        embedder: input.embedder ?? null,
        reranker: input.reranker ?? null,
        model: input.model ?? null,
        visibility: input.visibility ?? 'open',
        mode: input.mode ?? 'live',
        trash_days: input.trash_days ?? null,
        created_at: now,
        updated_at: now,
      })
      .returningAll()
      .executeTakeFirstOrThrow(),
  )
}

/** What is left out is left to the server. */
export type Chunking = { by?: 'structure' | 'size'; chars?: number; overlap?: number }

function chunkColumns(chunking: Chunking | null | undefined) {
  if (chunking === undefined) return {}
  const { by = null, chars = null, overlap = null } = chunking ?? {}
  return { chunk_by: by, chunk_chars: chars, chunk_overlap: overlap }
}

export type SpaceChange = Partial<{
  name: string
  slug: string
  external_id: string | null
  intelligence: boolean
  chunking: Chunking | null
  embedder: string | null
  reranker: string | null
  model: string | null
  visibility: 'open' | 'restricted'
  trash_days: number | null
  status: 'active' | 'archived'
}>

/** @throws input.invalid, spaces.not_found, spaces.conflict */
export async function changeSpace(scope: TenantScope, reference: string, change: SpaceChange, deps: Deps) {
  checkModels(change, deps)
  const { chunking, ...columns } = change
  return deps.db.tenant(scope, async (tx) => {
    const space = await getSpace(tx, reference)
    if (change.embedder !== undefined) await deps.queueEmbedding(tx, space.id)
    if (change.trash_days !== undefined) await deps.queuePurge(tx, space.id)
    const isSwitched = change.intelligence !== undefined && change.intelligence !== space.intelligence
    if (isSwitched) await deps.queueSwitch(tx, space.id)
    const renamesDefault = space.slug === 'default' && change.slug !== undefined && change.slug !== 'default'
    if (renamesDefault) throw spaceConflict('The default space keeps its slug.')
    const after = await refusingConflict(
      tx.kysely
        .updateTable('spaces')
        .set({ ...columns, ...chunkColumns(chunking), updated_at: deps.clock.now() })
        .where('id', '=', space.id)
        .returningAll()
        .executeTakeFirstOrThrow(),
    )
    const data = changeOf(space, after, told)
    await tx.record({ type: typeOf(change), ...about(after), data })
    return after
  })
}

const told = [
  'slug',
  'name',
  'external_id',
  'intelligence',
  'chunk_by',
  'chunk_chars',
  'chunk_overlap',
  'embedder',
  'reranker',
  'model',
  'visibility',
  'trash_days',
  'status',
] as const

function typeOf({ status }: SpaceChange): EventType {
  if (status === undefined) return 'space.updated'
  return status === 'archived' ? 'space.archived' : 'space.resumed'
}

export type DeleteDeps = Deps & {
  /** From `files/`: deletes every file of a space in the caller's transaction. */
  deleteFilesOf: (tx: TenantTx, spaceId: string) => Promise<void>
}

/**
 * Deletes a space and, by the database, the keys that are bound to it.
 * @param force its files too, all in one transaction
 * @throws spaces.not_found, spaces.conflict while it has files or when it is the default one
 */
export async function deleteSpace(
  scope: TenantScope,
  reference: string,
  force: boolean,
  { db, deleteFilesOf }: DeleteDeps,
) {
  return db.tenant(scope, async (tx) => {
    const space = await getSpace(tx, reference)
    if (space.slug === 'default') throw spaceConflict('The default space cannot be deleted.')
    await tx.record({ type: 'space.deleted', ...about(space), data: { force } })
    if (force) await deleteFilesOf(tx, space.id)
    await tx.kysely
      .deleteFrom('index_blocks')
      .where('space_id', '=', space.id)
      .$if(!force, (removed) => removed.where('data', 'is', null))
      .execute()
    // Those of files that are there are kept by them.
    if (!force)
      await refusingConflict(tx.kysely.deleteFrom('folders').where('space_id', '=', space.id).execute())
    await refusingConflict(tx.kysely.deleteFrom('spaces').where('id', '=', space.id).execute())
  })
}

async function refusingConflict<T>(statement: Promise<T>): Promise<T> {
  return statement.catch((error: unknown) => {
    if (violatesForeignKey(error)) throw spaceConflict('The space still has files.')
    const taken =
      violatesUnique(error, 'spaces_tenant_id_slug_key') ||
      violatesUnique(error, 'spaces_tenant_id_external_id_key')
    throw taken ? spaceConflict('Another space has this slug or external id.') : error
  })
}
