import type { Embedders } from '#adapters/embedder/port.ts'
import type { Clock } from '#platform/clock.ts'
import type { Db, TenantTx } from '#platform/db/index.ts'
import type { Ids } from '#platform/ids.ts'
import type { Log } from '#platform/log.ts'
import type { TenantScope } from '#platform/scope/index.ts'
import { buildBlockInTurns, titleOf } from './block/build.ts'
import { embedNewVersion } from './embedding/embed-new-version.ts'
import { readIndexableChunks } from './embedding/queries.ts'
import type { QueueSpace } from './jobs.ts'
import { publishVersion } from './publish.ts'

export type PrepareDeps = {
  db: Db
  embedders: Embedders
  clock: Clock
  ids: Ids
  log: Log
  queueSpace: QueueSpace
}

type Wanted = {
  fileId: string
  versionId: string
  /** Where it will be searched. */
  spaceId: string
  /** What its file will be called: it is found by that when the document has no title of its own. */
  fileName: string
}

/**
 * Makes the index block of a version that was read before anew from its chunks: under another name, or out of the trash.
 * @returns what makes it the one that is searched, for the transaction that holds the file's row
 */
export async function prepareBlock(
  scope: TenantScope,
  { fileId, versionId, spaceId, fileName }: Wanted,
  signal: AbortSignal,
  deps: PrepareDeps,
): Promise<(tx: TenantTx) => Promise<void>> {
  const stored = await deps.db.tenant(scope, (tx) => readIndexableChunks(tx, versionId))
  const chunks = stored.map(({ ownTitle, ...chunk }) => ({ ...chunk, title: titleOf(ownTitle, fileName) }))
  const block = await buildBlockInTurns(chunks, signal)
  const embedded = await embedNewVersion(scope, spaceId, chunks, signal, deps)
  const version = { spaceId, fileId, versionId, chunkCount: chunks.length, block, ...embedded }
  return async (tx) => {
    const isLacking = await publishVersion(tx, deps.ids, { ...version, at: deps.clock.now() })
    if (isLacking) await deps.queueSpace(tx, spaceId)
  }
}
