import { sql } from 'kysely'
import type { TenantTx } from '#platform/db/index.ts'

/** What is stored of a space's live blocks and of their vectors of the embedder that is searched, in bytes, and their files. */
export async function readStoredBytes(tx: TenantTx, spaceId: string) {
  return tx.kysely
    .selectFrom('index_blocks as blocks')
    .innerJoin('spaces', 'spaces.id', 'blocks.space_id')
    .leftJoin('index_vectors as vectors', (join) =>
      join
        .onRef('vectors.space_id', '=', 'blocks.space_id')
        .onRef('vectors.version_id', '=', 'blocks.version_id')
        .onRef('vectors.embedder', '=', 'spaces.serving_embedder'),
    )
    .select([
      sql<number>`count(*)::float8`.as('files'),
      sql<number>`coalesce(sum(octet_length(blocks.data)), 0)::float8`.as('blocks'),
      sql<number>`coalesce(sum(octet_length(vectors.data)), 0)::float8`.as('vectors'),
    ])
    .where('blocks.space_id', '=', spaceId)
    .where('blocks.data', 'is not', null)
    .executeTakeFirstOrThrow()
}
