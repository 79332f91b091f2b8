import { sql } from 'kysely'
import { openChunk } from '#features/files/index.ts'
import type { TenantTx } from '#platform/db/index.ts'
import type { ChunkPlace } from './queries.ts'

export type Neighbour = Awaited<ReturnType<typeof readNeighbours>>[number]

type Around = { version_id: string; ordinal: number }

/** The chunks up to `distance` before and after places of live versions, in the order of their text. */
export async function readNeighbours(tx: TenantTx, places: readonly ChunkPlace[], distance: number) {
  if (places.length === 0 || distance === 0) return []
  const around = places.flatMap(({ versionId, ordinal }) =>
    Array.from({ length: distance * 2 + 1 }, (_, i) => ({ versionId, ordinal: ordinal - distance + i })),
  )
  const versions = around.map(({ versionId }) => versionId)
  const ordinals = around.map(({ ordinal }) => ordinal)
  const wanted = sql<Around>`(select distinct * from unnest(${versions}::uuid[], ${ordinals}::int[]) as places(version_id, ordinal))`
  const rows = await tx.kysely
    .selectFrom(wanted.as<'wanted'>(sql`wanted(version_id, ordinal)`))
    .innerJoin('chunks', (join) =>
      join
        .onRef('chunks.version_id', '=', 'wanted.version_id')
        .onRef('chunks.ordinal', '=', 'wanted.ordinal'),
    )
    .select(['id', 'chunks.version_id', 'chunks.ordinal', 'content', 'page', 'start_offset', 'end_offset'])
    .orderBy('chunks.ordinal')
    .execute()
  const keys = await tx.keys()
  return rows.map(({ content, ...row }) => ({ ...row, ...openChunk(keys, row.id, content) }))
}
