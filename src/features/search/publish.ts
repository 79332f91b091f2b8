import { sql } from 'kysely'
import type { TenantTx } from '#platform/db/index.ts'
import type { Ids } from '#platform/ids.ts'
import { blockFormat } from './block/block.ts'
import type { BlockVectors } from './block/vectors.ts'
import { storeVectors } from './embedding/store-vectors.ts'
import {
  hasLiveBlocks,
  insertBlock,
  raiseSequence,
  removeBlocks,
  serveFirst,
  sweepRemoved,
} from './queries.ts'

export type PublishedVersion = {
  spaceId: string
  fileId: string
  versionId: string
  chunkCount: number
  /** From `buildBlockInTurns`. */
  block: Buffer
  /** Of one embedder or several, from `embedNewVersion`. */
  vectors: readonly BlockVectors[]
  /** Id of the embedder that the space is to have, where one is configured. */
  embedder: string | undefined
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
 * @returns whether it lacks vectors that its space should have
 */
export async function publishVersion(
  tx: TenantTx,
  ids: Ids,
  { spaceId, fileId, versionId, chunkCount, block, vectors, embedder, at }: PublishedVersion,
): Promise<boolean> {
  const { index_seq: seq, serving_embedder } = await raiseSequence(tx, spaceId)
  if (serving_embedder === null && embedder !== undefined) await serveFirst(tx, spaceId, embedder)
  await removeBlocks(tx, spaceId, [fileId], seq, at)
  await sweepRemoved(tx, spaceId, new Date(at.getTime() - rememberRemovalsMs))
  await insertBlock(tx, { spaceId, fileId, versionId, seq, format: blockFormat, chunkCount, data: block })
  for (const own of vectors) await storeVectors(tx, ids.uuid(), { spaceId, versionId }, own)
  const wanted = [embedder, serving_embedder ?? embedder]
  const isComplete = wanted.every((id) => vectors.some((own) => own.embedder === id))
  return chunkCount > 0 && !isComplete
}

/** Takes files out of their space's index; where none is in it, the index stays as it is. */
export async function withdrawFiles(
  tx: TenantTx,
  spaceId: string,
  fileIds: readonly string[],
): Promise<void> {
  if (!(await hasLiveBlocks(tx, spaceId, fileIds))) return
  const { index_seq: seq } = await raiseSequence(tx, spaceId)
  await removeBlocks(tx, spaceId, fileIds, seq, sql<Date>`now()`)
}
