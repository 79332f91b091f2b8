import { sql } from 'kysely'
import type { TenantTx } from '#platform/db/index.ts'
import { blockFormat } from './block/block.ts'
import { hasLiveBlock, insertBlock, raiseSequence, removeBlocks, sweepRemoved } from './queries.ts'

export type PublishedVersion = {
  spaceId: string
  fileId: string
  versionId: string
  chunkCount: number
  /** From `buildBlockInTurns`. */
  block: Buffer
  /** Whose vectors are in it. */
  embedder: string
  /** When what it replaces is taken to be gone. */
  at: Date
}

/**
 * How long the rows of removed blocks stay for indexes in memory to catch up with. An index that nobody asked for that
 * long is loaded anew instead (`staleAfterMs` is half of it, so that clocks may differ by hours).
 */
export const rememberRemovalsMs = 24 * 3600 * 1000

/**
 * Makes a version the one of its file that is searched, from the commit of this transaction on. Searches see the old
 * version or the new one, never both or none.
 */
export async function publishVersion(tx: TenantTx, version: PublishedVersion): Promise<void> {
  const { spaceId, fileId, versionId, chunkCount, block, embedder, at } = version
  const seq = await raiseSequence(tx, spaceId)
  await removeBlocks(tx, { id: fileId, spaceId }, seq, at)
  await sweepRemoved(tx, spaceId, new Date(at.getTime() - rememberRemovalsMs))
  await insertBlock(tx, {
    spaceId,
    fileId,
    versionId,
    seq,
    format: blockFormat,
    embedder,
    chunkCount,
    data: block,
  })
}

/** Takes a file out of its space's index; one that is not in it leaves the index as it is. */
export async function withdrawFile(tx: TenantTx, file: { id: string; spaceId: string }): Promise<void> {
  if (!(await hasLiveBlock(tx, file))) return
  await removeBlocks(tx, file, await raiseSequence(tx, file.spaceId), sql<Date>`now()`)
}
