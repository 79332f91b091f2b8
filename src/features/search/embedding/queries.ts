import { openChunk, openTitle } from '#features/files/index.ts'
import type { TenantTx } from '#platform/db/index.ts'
import { type EmbeddableChunk, titleOf } from '../block/build.ts'
import { blockPlace } from '../queries.ts'

export type OldBlock = { spaceId: string; versionId: string; addedSeq: number }

/** Live blocks without this embedder's vectors, in the order of their versions. */
export async function findOldBlocks(
  tx: TenantTx,
  spaceId: string,
  { embedder, after, limit }: { embedder: string; after: string | undefined; limit: number },
): Promise<OldBlock[]> {
  let query = tx.kysely
    .selectFrom('index_blocks')
    .select(['version_id', 'added_seq'])
    .where('space_id', '=', spaceId)
    .where('removed_seq', 'is', null)
    .where('embedder', '!=', embedder)
  if (after !== undefined) query = query.where('version_id', '>', after)
  const rows = await query.orderBy('version_id').limit(limit).execute()
  return rows.map(({ version_id, added_seq }) => ({ spaceId, versionId: version_id, addedSeq: added_seq }))
}

/** The block's bytes, or undefined when it was replaced or removed since. */
export async function readBlock(tx: TenantTx, old: OldBlock): Promise<Buffer | undefined> {
  const row = await tx.kysely
    .selectFrom('index_blocks')
    .select('data')
    .where('space_id', '=', old.spaceId)
    .where('version_id', '=', old.versionId)
    .where('added_seq', '=', old.addedSeq)
    .executeTakeFirst()
  if (!row?.data) return undefined
  return (await tx.keys()).unseal(blockPlace(old.versionId), row.data)
}

/** A version's chunks in order. */
export async function readEmbeddableChunks(tx: TenantTx, versionId: string): Promise<EmbeddableChunk[]> {
  const version = await tx.kysely
    .selectFrom('versions')
    .innerJoin('files', 'files.id', 'versions.file_id')
    .select(['versions.title', 'files.name'])
    .where('versions.id', '=', versionId)
    .executeTakeFirst()
  if (!version) return []
  const keys = await tx.keys()
  const title = titleOf(version.title ? openTitle(keys, versionId, version.title) : undefined, version.name)
  const rows = await tx.kysely
    .selectFrom('chunks')
    .select(['id', 'content'])
    .where('version_id', '=', versionId)
    .orderBy('ordinal')
    .execute()
  return rows.map(({ id, content }) => ({ ...openChunk(keys, id, content), title }))
}

type NewData = { seq: number; format: number; embedder: string; data: Buffer }

/** Puts new bytes in a block's place, unless it was replaced or removed since it was found. */
export async function replaceBlock(tx: TenantTx, old: OldBlock, { seq, data, ...columns }: NewData) {
  const { sealer } = await tx.sealing()
  await tx.kysely
    .updateTable('index_blocks')
    .set({ ...columns, added_seq: seq, data: sealer.seal(blockPlace(old.versionId), data) })
    .where('space_id', '=', old.spaceId)
    .where('version_id', '=', old.versionId)
    .where('added_seq', '=', old.addedSeq)
    .where('removed_seq', 'is', null)
    .execute()
}
