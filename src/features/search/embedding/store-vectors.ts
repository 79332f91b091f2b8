import type { TenantTx } from '#platform/db/index.ts'
import { type BlockVectors, encodeVectors } from '../block/vectors.ts'
import { vectorsPlace } from '../queries.ts'

type Place = { spaceId: string; versionId: string }

/**
 * Keeps a version's vectors of one embedder, in place of what it had of that. Within the transaction that publishes the
 * version or locks its space, so that the version is live.
 */
export async function storeVectors(
  tx: TenantTx,
  id: string,
  { spaceId, versionId }: Place,
  vectors: BlockVectors,
): Promise<void> {
  const { sealer } = await tx.sealing()
  const { embedder } = vectors
  await tx.kysely
    .deleteFrom('index_vectors')
    .where('space_id', '=', spaceId)
    .where('version_id', '=', versionId)
    .where('embedder', '=', embedder)
    .execute()
  await tx.kysely
    .insertInto('index_vectors')
    .values({
      tenant_id: tx.scope.tenantId,
      id,
      space_id: spaceId,
      version_id: versionId,
      embedder,
      data: sealer.seal(vectorsPlace(id), encodeVectors(vectors)),
    })
    .execute()
}
