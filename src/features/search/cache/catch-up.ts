import type { TenantTx } from '#platform/db/index.ts'
import { decodeBlock } from '../block/decode.ts'
import { decodeVectors } from '../block/vectors.ts'
import type { VectorKind } from '../index/lay-out.ts'
import { type AddedVersion, applyAdded, applyRemoved, createSpaceIndex } from '../index/space-index.ts'
import { readAddedBlocks, readIndexState, readRemovedVersions } from '../queries.ts'
import type { CachedSpace, KindOf } from './cached-space.ts'

/** Some 2 MB at 30 chunks a file, and 30 ms until others get a turn. */
const pageBlocks = 100

/** Runs statements under row security: all in the asker's transaction, or each in a short one of its own. */
export type Read = <T>(work: (tx: TenantTx) => Promise<T>) => Promise<T>

/**
 * Applies a space's changes since `space.seq`, all in one step. Reading takes several statements, each of which sees
 * what was committed before it; so reading goes on until a round met no newer change. Otherwise a replaced file could
 * show up with both of its versions or with none. When the space changed to another embedder everything is read anew:
 * one index has vectors of one embedder.
 * @returns false when another reader was quicker, whose changes stand and are not applied a second time
 */
export async function catchUp(read: Read, space: CachedSpace, kindOf: KindOf): Promise<boolean> {
  const { spaceId, index: known, seq } = space
  let index = known
  let from = seq
  let rounds: { added: AddedVersion[]; removed: string[] }[] = []
  let now = await read((tx) => readIndexState(tx, spaceId))
  while (from < now.index_seq) {
    const kind = kindOf(now.serving_embedder)
    if (kind?.id !== index.kind?.id) {
      index = createSpaceIndex(kind)
      rounds = []
      from = 0
    }
    const to = now.index_seq
    const added = await readAdded(read, spaceId, from, kind)
    // On a cold start only what is removed from now on concerns us; the table remembers removals for long.
    const removedSince = from === 0 ? to : from
    const removed = await read((tx) => readRemovedVersions(tx, spaceId, removedSince))
    rounds.push({ added, removed })
    from = to
    now = await read((tx) => readIndexState(tx, spaceId))
  }
  if (space.index !== known || space.seq !== seq) return false
  for (const { added, removed } of rounds) {
    applyAdded(index, added)
    applyRemoved(index, removed)
  }
  space.index = index
  space.seq = Math.max(seq, from)
  return true
}

async function readAdded(
  read: Read,
  spaceId: string,
  from: number,
  kind: VectorKind | undefined,
): Promise<AddedVersion[]> {
  const added: AddedVersion[] = []
  for (let afterSeq = from; ;) {
    const page = { afterSeq, limit: pageBlocks, embedder: kind?.id }
    const rows = await read((tx) => readAddedBlocks(tx, spaceId, page))
    for (const { file_id: fileId, version_id: versionId, created_at: createdAt, data, vectors } of rows) {
      const block = decodeBlock(data)
      const own = vectors && decodeVectors(vectors, block.ordinals.length)
      added.push({ fileId, versionId, createdAt: createdAt.getTime(), block, vectors: own })
    }
    const last = rows.at(-1)
    if (!last || rows.length < pageBlocks) return added
    afterSeq = last.added_seq
  }
}
