import { ModelError, type Embedders, type NamedEmbedder } from '#adapters/embedder/port.ts'
import type { Db } from '#platform/db/index.ts'
import type { Ids } from '#platform/ids.ts'
import type { TenantScope } from '#platform/scope/index.ts'
import { embedChunks } from '../block/build.ts'
import { raiseSequence } from '../queries.ts'
import {
  findLacking,
  hasLacking,
  type LiveBlock,
  lockSpace,
  readIndexableChunks,
  removeOtherVectors,
  renewBlock,
} from './queries.ts'
import { readChoice } from './read-choice.ts'
import { renewOldBlocks } from './renew-old-blocks.ts'
import { storeVectors } from './store-vectors.ts'

export type EmbedDeps = { db: Db; embedders: Embedders; ids: Ids }

/** Versions looked up at a time. */
const pageVersions = 50

/**
 * Gives the files of a space the vectors that they lack: of the embedder that is searched, and of the one that the space
 * is to have. Blocks of an older format are made anew first. Once no file lacks these, they take the others' place in one step. One version at a time, each in a small
 * transaction; cut off anywhere, the next run goes on with what is left.
 * @throws ModelError, after everything that could be embedded is
 */
export async function embedSpace(
  scope: TenantScope,
  spaceId: string,
  signal: AbortSignal,
  deps: EmbedDeps,
): Promise<void> {
  const { db, embedders } = deps
  await renewOldBlocks(scope, spaceId, signal, db)
  for (let isDone = false; !isDone;) {
    const choice = await db.tenant(scope, (tx) => readChoice(tx, spaceId, embedders))
    if (!choice?.target) return
    const { serving, target } = choice
    if (serving && serving !== target)
      await embedLacking(scope, spaceId, serving, signal, deps).catch(ignoreFailure)
    await embedLacking(scope, spaceId, target, signal, deps)
    isDone = await switchTo(scope, spaceId, target, deps)
  }
  await removeRest(scope, spaceId, signal, deps)
}

/** An embedder on its way out may be gone already. */
function ignoreFailure(error: unknown): void {
  if (!(error instanceof ModelError)) throw error
}

async function embedLacking(
  scope: TenantScope,
  spaceId: string,
  embedder: NamedEmbedder,
  signal: AbortSignal,
  deps: EmbedDeps,
): Promise<void> {
  let refused: ModelError | undefined
  for (let after: string | undefined; ;) {
    const from = after
    const lacking = await deps.db.tenant(scope, (tx) =>
      findLacking(tx, spaceId, { embedder: embedder.id, after: from, limit: pageVersions }),
    )
    for (const block of lacking) {
      signal.throwIfAborted()
      await embedVersion(scope, block, embedder, signal, deps).catch((error: unknown) => {
        if (!(error instanceof ModelError) || error.reason !== 'rejected') throw error
        refused = error // a text that the model refuses says nothing about the next
      })
    }
    after = lacking.at(-1)?.versionId
    if (lacking.length < pageVersions) break
  }
  if (refused) throw refused
}

/** A version that was replaced or deleted meanwhile stays as it is. */
async function embedVersion(
  scope: TenantScope,
  block: LiveBlock,
  embedder: NamedEmbedder,
  signal: AbortSignal,
  { db, ids }: EmbedDeps,
): Promise<void> {
  const chunks = await db.tenant(scope, (tx) => readIndexableChunks(tx, block.versionId))
  if (chunks.length !== block.chunkCount) return
  const vectors = await embedChunks(chunks, embedder, signal)
  await db.tenant(scope, async (tx) => {
    tx.unrecorded('derived')
    const space = await lockSpace(tx, block.spaceId)
    const isServing = space?.serving_embedder === embedder.id
    const seq = isServing ? (await raiseSequence(tx, block.spaceId)).index_seq : block.addedSeq
    if (await renewBlock(tx, block, seq)) await storeVectors(tx, ids.uuid(), block, vectors)
  })
}

/** From its commit on searches compare with these vectors. Returns false when there is more to do first. */
function switchTo(
  scope: TenantScope,
  spaceId: string,
  target: NamedEmbedder,
  { db, embedders }: EmbedDeps,
): Promise<boolean> {
  return db.tenant(scope, async (tx) => {
    tx.unrecorded('derived')
    // Publishing takes the same lock: no file can come between the look and the switch.
    if (!(await lockSpace(tx, spaceId))) return true
    const now = await readChoice(tx, spaceId, embedders)
    if (now?.target !== target || (await hasLacking(tx, spaceId, target.id))) return false
    if (now.servingId !== target.id) await raiseSequence(tx, spaceId, target.id)
    return true
  })
}

/** Vectors of embedders that nobody compares with any more. */
async function removeRest(
  scope: TenantScope,
  spaceId: string,
  signal: AbortSignal,
  { db, embedders }: EmbedDeps,
) {
  for (let removed = 1; removed > 0;) {
    signal.throwIfAborted()
    removed = await db.tenant(scope, async (tx) => {
      tx.unrecorded('derived')
      await lockSpace(tx, spaceId)
      const choice = await readChoice(tx, spaceId, embedders)
      const kept = [choice?.servingId, choice?.target?.id].filter((id) => typeof id === 'string')
      return removeOtherVectors(tx, spaceId, kept)
    })
  }
}
