import { openChunk, openTitle } from '#features/files/index.ts'
import type { TenantTx } from '#platform/db/index.ts'
import { type IndexableChunk, titleOf } from '../block/build.ts'
import { blockPlace } from '../queries.ts'

export type LiveBlock = { spaceId: string; versionId: string; addedSeq: number; chunkCount: number }

/** Live blocks without this embedder's vectors, in the order of their versions. */
export async function findLacking(
  tx: TenantTx,
  spaceId: string,
  { embedder, after, limit }: { embedder: string; after: string | undefined; limit: number },
): Promise<LiveBlock[]> {
  let query = lackingBlocks(tx, spaceId, embedder).select([
    'blocks.version_id',
    'blocks.added_seq',
    'blocks.chunk_count',
  ])
  if (after !== undefined) query = query.where('blocks.version_id', '>', after)
  const rows = await query.orderBy('blocks.version_id').limit(limit).execute()
  return rows.map((row) => ({
    spaceId,
    versionId: row.version_id,
    addedSeq: row.added_seq,
    chunkCount: row.chunk_count,
  }))
}

/** Live blocks of an older format than this, in the order of their versions. */
export async function findOldBlocks(
  tx: TenantTx,
  spaceId: string,
  { format, after, limit }: { format: number; after: string | undefined; limit: number },
): Promise<LiveBlock[]> {
  let query = tx.kysely
    .selectFrom('index_blocks')
    .select(['version_id as versionId', 'added_seq as addedSeq', 'chunk_count as chunkCount'])
    .where('space_id', '=', spaceId)
    .where('removed_seq', 'is', null)
    .where('format', '<', format)
  if (after !== undefined) query = query.where('version_id', '>', after)
  const rows = await query.orderBy('version_id').limit(limit).execute()
  return rows.map((row) => ({ spaceId, ...row }))
}

/** Puts new bytes in a block's place, unless it was replaced or removed since it was found. */
export async function replaceBlock(
  tx: TenantTx,
  block: LiveBlock,
  { seq, format, data }: { seq: number; format: number; data: Buffer },
): Promise<void> {
  const { sealer } = await tx.sealing()
  await tx.kysely
    .updateTable('index_blocks')
    .set({ added_seq: seq, format, data: sealer.seal(blockPlace(block.versionId), data) })
    .where('space_id', '=', block.spaceId)
    .where('version_id', '=', block.versionId)
    .where('added_seq', '=', block.addedSeq)
    .where('removed_seq', 'is', null)
    .execute()
}

export async function hasLacking(tx: TenantTx, spaceId: string, embedder: string): Promise<boolean> {
  const row = await lackingBlocks(tx, spaceId, embedder)
    .select('blocks.version_id')
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

function lackingBlocks(tx: TenantTx, spaceId: string, embedder: string) {
  return tx.kysely
    .selectFrom('index_blocks as blocks')
    .leftJoin('index_vectors as vectors', (join) =>
      join
        .onRef('vectors.space_id', '=', 'blocks.space_id')
        .onRef('vectors.version_id', '=', 'blocks.version_id')
        .on('vectors.embedder', '=', embedder),
    )
    .where('blocks.space_id', '=', spaceId)
    .where('blocks.removed_seq', 'is', null)
    .where('blocks.chunk_count', '>', 0)
    .where('vectors.id', 'is', null)
}

/** How many files with text a space has, and how many of them have vectors of an embedder. */
export async function countEmbedded(tx: TenantTx, spaceId: string, embedder: string) {
  const row = await tx.kysely
    .selectFrom('index_blocks as blocks')
    .leftJoin('index_vectors as vectors', (join) =>
      join
        .onRef('vectors.space_id', '=', 'blocks.space_id')
        .onRef('vectors.version_id', '=', 'blocks.version_id')
        .on('vectors.embedder', '=', embedder),
    )
    .select(({ fn }) => [
      fn.count<number>('blocks.version_id').as('files'),
      fn.count<number>('vectors.id').as('embedded'),
    ])
    .where('blocks.space_id', '=', spaceId)
    .where('blocks.removed_seq', 'is', null)
    .where('blocks.chunk_count', '>', 0)
    .executeTakeFirstOrThrow()
  return row
}

/** Keeps others from changing the space's index until the transaction ends. */
export function lockSpace(tx: TenantTx, spaceId: string) {
  return tx.kysely
    .selectFrom('spaces')
    .select('serving_embedder')
    .where('id', '=', spaceId)
    .forNoKeyUpdate()
    .executeTakeFirst()
}

/** With what the document itself says it is called. */
type StoredChunk = IndexableChunk & { ownTitle: string | undefined }

/** A version's chunks in order. */
export async function readIndexableChunks(tx: TenantTx, versionId: string): Promise<StoredChunk[]> {
  const version = await tx.kysely
    .selectFrom('versions')
    .innerJoin('files', 'files.id', 'versions.file_id')
    .select(['versions.title', 'files.name'])
    .where('versions.id', '=', versionId)
    .executeTakeFirst()
  if (!version) return []
  const keys = await tx.keys()
  const ownTitle = version.title ? openTitle(keys, versionId, version.title) : undefined
  const title = titleOf(ownTitle, version.name)
  const rows = await tx.kysely
    .selectFrom('chunks')
    .select(['id', 'ordinal', 'content', 'language'])
    .where('version_id', '=', versionId)
    .orderBy('ordinal')
    .execute()
  return rows.map(({ id, content, ...row }) => ({ ...row, ...openChunk(keys, id, content), title, ownTitle }))
}

/** Lets every index read a block again; false when it was replaced or removed since it was found. */
export async function renewBlock(tx: TenantTx, block: LiveBlock, seq: number): Promise<boolean> {
  const { numUpdatedRows } = await tx.kysely
    .updateTable('index_blocks')
    .set({ added_seq: seq })
    .where('space_id', '=', block.spaceId)
    .where('version_id', '=', block.versionId)
    .where('added_seq', '=', block.addedSeq)
    .where('removed_seq', 'is', null)
    .executeTakeFirstOrThrow()
  return numUpdatedRows > 0n
}

/** Rows of one short transaction. */
const removedAtOnce = 200

/** Removes some vectors of a space that are of none of these embedders; how many. */
export async function removeOtherVectors(
  tx: TenantTx,
  spaceId: string,
  kept: readonly string[],
): Promise<number> {
  const rest = await tx.kysely
    .selectFrom('index_vectors')
    .select('id')
    .where('space_id', '=', spaceId)
    .where('embedder', 'not in', [...kept, ''])
    .limit(removedAtOnce)
    .execute()
  if (rest.length === 0) return 0
  const ids = rest.map(({ id }) => id)
  await tx.kysely.deleteFrom('index_vectors').where('id', 'in', ids).execute()
  return ids.length
}
