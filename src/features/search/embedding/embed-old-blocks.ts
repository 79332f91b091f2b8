import type { Embedder } from '#adapters/embedder/port.ts'
import type { Db } from '#platform/db/index.ts'
import type { TenantScope } from '#platform/scope/index.ts'
import { blockFormat } from '../block/block.ts'
import { embedChunks } from '../block/build.ts'
import { decodeBlock } from '../block/decode.ts'
import { encodeBlock } from '../block/encode.ts'
import { raiseSequence } from '../queries.ts'
import { findOldBlocks, type OldBlock, readBlock, readEmbeddableChunks, replaceBlock } from './queries.ts'

export type EmbedDeps = { db: Db; embedder: Embedder }

/** Versions looked up at a time. */
const pageVersions = 50

/**
 * Gives vectors of today's embedder to the blocks of a space that have none, or those of another embedder. One version at
 * a time, each in a small transaction; cut off anywhere, the next run goes on with what is left. A version that was
 * replaced or deleted meanwhile stays as it is.
 */
export async function embedOldBlocks(
  scope: TenantScope,
  spaceId: string,
  signal: AbortSignal,
  { db, embedder }: EmbedDeps,
): Promise<void> {
  for (let after: string | undefined; ;) {
    const old = await db.tenant(scope, (tx) =>
      findOldBlocks(tx, spaceId, { embedder: embedder.id, after, limit: pageVersions }),
    )
    for (const block of old) {
      signal.throwIfAborted()
      await embedBlock(scope, block, signal, { db, embedder })
    }
    after = old.at(-1)?.versionId
    if (old.length < pageVersions) return
  }
}

async function embedBlock(
  scope: TenantScope,
  old: OldBlock,
  signal: AbortSignal,
  { db, embedder }: EmbedDeps,
): Promise<void> {
  const read = await db.tenant(scope, async (tx) => {
    const data = await readBlock(tx, old)
    return data && { data, chunks: await readEmbeddableChunks(tx, old.versionId) }
  })
  if (!read) return
  const block = decodeBlock(read.data)
  if (read.chunks.length !== block.ordinals.length) return // replaced while it was read
  const vectors = await embedChunks(read.chunks, embedder, signal)
  const data = encodeBlock({ ...block, vectors })
  await db.tenant(scope, async (tx) => {
    const seq = await raiseSequence(tx, old.spaceId)
    await replaceBlock(tx, old, { seq, format: blockFormat, embedder: embedder.id, data })
  })
}
