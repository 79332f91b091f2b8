import { sql } from 'kysely'
import type { TenantTx } from '#platform/db/index.ts'
import { blockPlace, vectorsPlace } from '../queries.ts'

/** A live block as it is stored, opened. */
export type StoredBlock = {
  fileId: string
  versionId: string
  createdAt: number
  data: Buffer
  /** Of the space's embedder, where it has any. */
  vectors: Buffer | undefined
  /** The embedder whose vectors are searched. */
  embedder: string | null
}

export type BlockStream = {
  spaceId: string
  /** Every live block once, a bounded number of bytes at a time; each time the same ones. */
  read: () => AsyncGenerator<StoredBlock[]>
}

/** As much at a time as is decoded in some 10 ms. */
const batchBytes = 2 ** 20
const maxBatchBlocks = 500

let opened = 0

/**
 * Opens the live blocks of a space under row security, the largest first: no later batch takes more than one of the size
 * that the last one had. A cursor shows what was committed when it was opened however often it is read, and lives as long
 * as its transaction.
 */
export async function openBlockStream(tx: TenantTx, spaceId: string, maxBytes: number): Promise<BlockStream> {
  const cursor = sql.ref(`block_stream_${++opened}`)
  await sql`declare ${cursor} scroll cursor for ${liveBlocks(tx, spaceId)}`.execute(tx.kysely)
  const wanted = Math.min(batchBytes, maxBytes)
  return {
    spaceId,
    async *read() {
      await sql`move absolute 0 in ${cursor}`.execute(tx.kysely)
      for (let blocks = 1; ;) {
        const batch = await fetchBlocks(tx, cursor, blocks)
        if (batch.length > 0) yield batch
        if (batch.length < blocks) return
        const largest = Math.max(...batch.map(({ data, vectors }) => data.length + (vectors?.length ?? 0)))
        blocks = Math.min(maxBatchBlocks, Math.max(1, Math.floor(wanted / largest)))
      }
    },
  }
}

function liveBlocks(tx: TenantTx, spaceId: string) {
  return tx.kysely
    .selectFrom('index_blocks as blocks')
    .innerJoin('files', 'files.id', 'blocks.file_id')
    .innerJoin('spaces', 'spaces.id', 'blocks.space_id')
    .leftJoin('index_vectors as vectors', (join) =>
      join
        .onRef('vectors.space_id', '=', 'blocks.space_id')
        .onRef('vectors.version_id', '=', 'blocks.version_id')
        .onRef('vectors.embedder', '=', 'spaces.serving_embedder'),
    )
    .select(['blocks.file_id', 'blocks.version_id', 'blocks.data', 'files.created_at'])
    .select(['vectors.id as vectors_id', 'vectors.data as vectors', 'spaces.serving_embedder'])
    .where('blocks.space_id', '=', spaceId)
    .where('blocks.data', 'is not', null)
    .orderBy('blocks.chunk_count', 'desc')
    .orderBy('blocks.version_id')
    .$narrowType<{ data: Buffer }>()
}

type Row = Awaited<ReturnType<ReturnType<typeof liveBlocks>['execute']>>[number]

async function fetchBlocks(tx: TenantTx, cursor: ReturnType<typeof sql.ref>, blocks: number) {
  const { rows } = await sql<Row>`fetch ${sql.lit(blocks)} from ${cursor}`.execute(tx.kysely)
  const keys = await tx.keys()
  return rows.map(({ data, vectors, vectors_id, ...row }): StoredBlock => ({
    fileId: row.file_id,
    versionId: row.version_id,
    createdAt: row.created_at.getTime(),
    data: keys.unseal(blockPlace(row.version_id), data),
    vectors: vectors && vectors_id ? keys.unseal(vectorsPlace(vectors_id), vectors) : undefined,
    embedder: row.serving_embedder,
  }))
}
