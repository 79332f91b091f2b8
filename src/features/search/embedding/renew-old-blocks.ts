import type { Db } from '#platform/db/index.ts'
import type { TenantScope } from '#platform/scope/index.ts'
import { blockFormat } from '../block/block.ts'
import { buildBlockInTurns } from '../block/build.ts'
import { raiseSequence } from '../queries.ts'
import { findOldBlocks, type LiveBlock, readIndexableChunks, replaceBlock } from './queries.ts'

/** Versions looked up at a time. */
const pageVersions = 50

/**
 * Makes the blocks of a space anew that an older version of the server made. One version at a time, each in a small
 * transaction; cut off anywhere, the next run goes on with what is left. A version that was replaced or deleted meanwhile
 * stays as it is, and vectors stay what they are.
 */
export async function renewOldBlocks(
  scope: TenantScope,
  spaceId: string,
  signal: AbortSignal,
  db: Db,
): Promise<void> {
  for (let after: string | undefined; ;) {
    const from = after
    const old = await db.tenant(scope, (tx) =>
      findOldBlocks(tx, spaceId, { format: blockFormat, after: from, limit: pageVersions }),
    )
    for (const block of old) {
      signal.throwIfAborted()
      await renewBlock(scope, block, signal, db)
    }
    after = old.at(-1)?.versionId
    if (old.length < pageVersions) return
  }
}

async function renewBlock(scope: TenantScope, block: LiveBlock, signal: AbortSignal, db: Db): Promise<void> {
  const chunks = await db.tenant(scope, (tx) => readIndexableChunks(tx, block.versionId))
  if (chunks.length !== block.chunkCount) return
  const data = await buildBlockInTurns(chunks, signal)
  await db.tenant(scope, async (tx) => {
    tx.unrecorded('derived')
    const { index_seq: seq } = await raiseSequence(tx, block.spaceId)
    await replaceBlock(tx, block, { seq, format: blockFormat, data })
  })
}
