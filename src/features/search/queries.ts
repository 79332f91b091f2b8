import { type RawBuilder, sql, type SqlBool } from 'kysely'
import { openChunk } from '#features/files/index.ts'
import type { TenantTx } from '#platform/db/index.ts'
import type { Place } from '#platform/vault/index.ts'

/** Number of a space's last change, and whose vectors are searched. */
export type IndexState = { index_seq: number; serving_embedder: string | null }

/** As of now; number 0 for a space that is gone or not the caller's. */
export async function readIndexState(tx: TenantTx, spaceId: string): Promise<IndexState> {
  const row = await tx.kysely
    .selectFrom('spaces')
    .select(['index_seq', 'serving_embedder'])
    .where('id', '=', spaceId)
    .executeTakeFirst()
  return row ?? { index_seq: 0, serving_embedder: null }
}

/** The same for several spaces. */
export function readSequences(tx: TenantTx, spaces: readonly { id: string }[]) {
  return tx.kysely
    .selectFrom('spaces')
    .select(['id', 'index_seq', 'serving_embedder', 'has_synonyms'])
    .where(
      'id',
      'in',
      spaces.map(({ id }) => id),
    )
    .execute()
}

/**
 * Takes the next number of a space. The row stays locked until the transaction ends, so that numbers are in the order
 * of commits: who reads number 7 has seen everything up to it.
 * @param serving whose vectors are searched from now on; left out: as before
 */
export function raiseSequence(tx: TenantTx, spaceId: string, serving?: string): Promise<IndexState> {
  return tx.kysely
    .updateTable('spaces')
    .set((eb) => ({
      index_seq: eb('index_seq', '+', 1),
      ...(serving === undefined ? {} : { serving_embedder: serving }),
    }))
    .where('id', '=', spaceId)
    .returning(['index_seq', 'serving_embedder'])
    .executeTakeFirstOrThrow()
}

/** A space's first file decides whose vectors are searched. */
export async function serveFirst(tx: TenantTx, spaceId: string, embedder: string): Promise<void> {
  await tx.kysely
    .updateTable('spaces')
    .set({ serving_embedder: embedder })
    .where('id', '=', spaceId)
    .execute()
}

type BlockPage = { afterSeq: number; limit: number; embedder: string | undefined }

/** Live blocks that came after a number, in order, at most `limit`, each with its vectors of one embedder if it has any. */
export async function readAddedBlocks(
  tx: TenantTx,
  spaceId: string,
  { afterSeq, limit, embedder }: BlockPage,
) {
  const rows = await tx.kysely
    .selectFrom('index_blocks as blocks')
    .innerJoin('files', 'files.id', 'blocks.file_id')
    .leftJoin('index_vectors as vectors', (join) =>
      join
        .onRef('vectors.space_id', '=', 'blocks.space_id')
        .onRef('vectors.version_id', '=', 'blocks.version_id')
        .on('vectors.embedder', '=', embedder ?? ''),
    )
    .select(['blocks.file_id', 'blocks.version_id', 'blocks.added_seq', 'blocks.data', 'files.created_at'])
    .select(['vectors.id as vectors_id', 'vectors.data as vectors'])
    .where('blocks.space_id', '=', spaceId)
    .where('blocks.added_seq', '>', afterSeq)
    .where('blocks.data', 'is not', null)
    .orderBy('blocks.added_seq')
    .limit(limit)
    .$narrowType<{ data: Buffer }>()
    .execute()
  const keys = await tx.keys()
  return rows.map(({ data, vectors, vectors_id, ...row }) => ({
    ...row,
    data: keys.unseal(blockPlace(row.version_id), data),
    vectors: vectors && vectors_id ? keys.unseal(vectorsPlace(vectors_id), vectors) : undefined,
  }))
}

/** The block of a version that is searched; undefined for every other. */
export async function readLiveBlock(tx: TenantTx, versionId: string): Promise<Buffer | undefined> {
  const row = await tx.kysely
    .selectFrom('index_blocks')
    .select('data')
    .where('version_id', '=', versionId)
    .where('removed_seq', 'is', null)
    .executeTakeFirst()
  return row?.data ? (await tx.keys()).unseal(blockPlace(versionId), row.data) : undefined
}

/** A version's vectors of one embedder, if it has any. */
export async function readStoredVectors(
  tx: TenantTx,
  versionId: string,
  embedder: string,
): Promise<Buffer | undefined> {
  const row = await tx.kysely
    .selectFrom('index_vectors')
    .select(['id', 'data'])
    .where('version_id', '=', versionId)
    .where('embedder', '=', embedder)
    .executeTakeFirst()
  return row && (await tx.keys()).unseal(vectorsPlace(row.id), row.data)
}

/** A block says which words a file has, so it is content and sealed like it. */
export function blockPlace(versionId: string): Place {
  return { table: 'index_blocks', row: versionId, column: 'data' }
}

/** Vectors say what a text means, so they are content too. */
export function vectorsPlace(id: string): Place {
  return { table: 'index_vectors', row: id, column: 'data' }
}

/** Versions that were removed after a number. */
export async function readRemovedVersions(
  tx: TenantTx,
  spaceId: string,
  afterSeq: number,
): Promise<string[]> {
  const rows = await tx.kysely
    .selectFrom('index_blocks')
    .select('version_id')
    .where('space_id', '=', spaceId)
    .where('removed_seq', '>', afterSeq)
    .execute()
  return rows.map((row) => row.version_id)
}

export type NewBlock = {
  spaceId: string
  fileId: string
  versionId: string
  seq: number
  format: number
  chunkCount: number
  data: Buffer
}

export async function insertBlock(tx: TenantTx, block: NewBlock): Promise<void> {
  const { sealer } = await tx.sealing()
  const columns = {
    file_id: block.fileId,
    added_seq: block.seq,
    removed_seq: null,
    removed_at: null,
    format: block.format,
    chunk_count: block.chunkCount,
    data: sealer.seal(blockPlace(block.versionId), block.data),
  }
  await tx.kysely
    .insertInto('index_blocks')
    .values({
      tenant_id: tx.scope.tenantId,
      space_id: block.spaceId,
      version_id: block.versionId,
      ...columns,
    })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'space_id', 'version_id']).doUpdateSet(columns))
    .execute()
}

/** Marks the live blocks of files as removed; their data goes at once, and their vectors. */
export async function removeBlocks(
  tx: TenantTx,
  spaceId: string,
  fileIds: readonly string[],
  seq: number,
  at: Date | RawBuilder<Date>,
) {
  const isOfFiles = sql<boolean>`index_blocks.file_id = any(${[...fileIds]}::uuid[])`
  await tx.kysely
    .deleteFrom('index_vectors')
    .where('space_id', '=', spaceId)
    .where('version_id', 'in', (eb) => eb.selectFrom('index_blocks').select('version_id').where(isOfFiles))
    .execute()
  await tx.kysely
    .updateTable('index_blocks')
    .set({ removed_seq: seq, removed_at: at, data: null })
    .where('space_id', '=', spaceId)
    .where(isOfFiles)
    .where('removed_seq', 'is', null)
    .execute()
}

/** Forgets the removals of a space that every index in memory has seen or will be loaded without. */
export async function sweepRemoved(tx: TenantTx, spaceId: string, before: Date): Promise<void> {
  await tx.kysely
    .deleteFrom('index_blocks')
    .where('space_id', '=', spaceId)
    .where('removed_seq', 'is not', null)
    .where('removed_at', '<', before)
    .execute()
}

export async function hasLiveBlocks(
  tx: TenantTx,
  spaceId: string,
  fileIds: readonly string[],
): Promise<boolean> {
  const row = await tx.kysely
    .selectFrom('index_blocks')
    .select('version_id')
    .where('space_id', '=', spaceId)
    .where(sql<boolean>`index_blocks.file_id = any(${[...fileIds]}::uuid[])`)
    .where('removed_seq', 'is', null)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/** Searchable files of these spaces in whose names a word begins with the text, the shortest names first. */
export async function readNamedFiles(tx: TenantTx, spaceIds: readonly string[], text: string, limit: number) {
  const pattern = `(^|[^[:alnum:]])${text.replace(/[^\p{L}\p{M}\p{N}]/gu, '\\$&')}`
  return tx.kysely
    .selectFrom('files')
    .select(['id', 'name', 'space_id'])
    .where('space_id', 'in', [...spaceIds])
    .where('live_version_id', 'is not', null)
    .where(sql<SqlBool>`name ~* ${pattern}`)
    .orderBy(sql`length(name)`)
    .orderBy('name')
    .orderBy('id')
    .limit(limit)
    .execute()
}

export type ChunkPlace = { versionId: string; ordinal: number }

type ChunkKey = { version_id: string; ordinal: number }

/** Texts and files of chunks, in no order; what row security or a deletion hides is missing. */
export async function readChunks(tx: TenantTx, places: readonly ChunkPlace[]) {
  const versions = places.map(({ versionId }) => versionId)
  const ordinals = places.map(({ ordinal }) => ordinal)
  const wanted = sql<ChunkKey>`unnest(${versions}::uuid[], ${ordinals}::int[])`
  const rows = await tx.kysely
    // Materialized: without statistics, which the embedded database never has, the planner starts from the files and
    // reads every chunk of the space (10,000 chunks: 13.9 ms for ten; so 1.4 ms).
    .with(
      (cte) => cte('found').materialized(),
      (db) =>
        db
          .selectFrom(wanted.as<'wanted'>(sql`wanted(version_id, ordinal)`))
          .innerJoin('chunks', (join) =>
            join
              .onRef('chunks.version_id', '=', 'wanted.version_id')
              .onRef('chunks.ordinal', '=', 'wanted.ordinal'),
          )
          .select([
            'chunks.id',
            'chunks.version_id',
            'chunks.ordinal',
            'chunks.space_id',
            'chunks.file_id',
            'chunks.content',
            'chunks.page',
            'chunks.start_offset',
            'chunks.end_offset',
            'chunks.language',
          ]),
    )
    .selectFrom('found')
    .innerJoin('files', 'files.id', 'found.file_id')
    .selectAll('found')
    .select(['files.name as file_name', 'files.metadata'])
    .execute()
  const keys = await tx.keys()
  return rows.map(({ content, ...row }) => ({ ...row, ...openChunk(keys, row.id, content) }))
}
