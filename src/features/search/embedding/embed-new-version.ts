import { ModelError, type Embedders } from '#adapters/embedder/port.ts'
import type { Db } from '#platform/db/index.ts'
import type { Log } from '#platform/log.ts'
import type { TenantScope } from '#platform/scope/index.ts'
import { embedChunks, type EmbeddableChunk } from '../block/build.ts'
import type { BlockVectors } from '../block/vectors.ts'
import { readChoice, wantedOf } from './read-choice.ts'

export type NewVersionDeps = { db: Db; embedders: Embedders; log: Log }

/** A language model takes some ten seconds for so many: a longer file is found by its words first. */
const maxSlowChunks = 256

/**
 * Vectors for a version that is about to be published, as many as can be had at once. What is missing is made
 * afterwards: no file waits for a model that does not answer.
 */
export async function embedNewVersion(
  scope: TenantScope,
  spaceId: string,
  chunks: readonly EmbeddableChunk[],
  signal: AbortSignal,
  { db, embedders, log }: NewVersionDeps,
): Promise<{ vectors: BlockVectors[]; embedder: string | undefined }> {
  const choice = await db.tenant(scope, (tx) => readChoice(tx, spaceId, embedders))
  const vectors: BlockVectors[] = []
  if (!choice) return { vectors, embedder: undefined }
  for (const embedder of chunks.length === 0 ? [] : wantedOf(choice)) {
    if (!embedder.isInstant && chunks.length > maxSlowChunks) continue
    try {
      vectors.push(await embedChunks(chunks, embedder, signal))
    } catch (error) {
      if (!(error instanceof ModelError)) throw error
      log.warn({ err: error, embedder: embedder.name }, 'a file is published without vectors')
    }
  }
  return { vectors, embedder: choice.target?.id }
}
