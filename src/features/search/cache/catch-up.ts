import type { TenantTx } from '#platform/db/index.ts'
import { decodeBlock } from '../block/decode.ts'
import { type AddedVersion, applyAdded, applyRemoved } from '../index/space-index.ts'
import { readAddedBlocks, readRemovedVersions, readSequence } from '../queries.ts'
import type { CachedSpace } from './search-indexes.ts'

/** Some 10 MB at 30 chunks a file: how much one statement of a cold start brings. */
const pageBlocks = 500

/**
 * Applies a space's changes since `space.seq`, all in one step. Reading takes several statements, each of which sees
 * what was committed before it; so reading goes on until a round met no newer change. Otherwise a replaced file could
 * show up with both of its versions or with none.
 */
export async function catchUp(tx: TenantTx, space: CachedSpace): Promise<void> {
  const rounds: { added: AddedVersion[]; removed: string[] }[] = []
  let from = space.seq
  let to = await readSequence(tx, space.spaceId)
  while (from < to) {
    const added = await readAdded(tx, space.spaceId, from)
    // On a cold start only what is removed from now on concerns us; the table remembers removals for long.
    const removed = await readRemovedVersions(tx, space.spaceId, from === 0 ? to : from)
    rounds.push({ added, removed })
    from = to
    to = await readSequence(tx, space.spaceId)
  }
  for (const { added, removed } of rounds) {
    applyAdded(space.index, added)
    applyRemoved(space.index, removed)
  }
  space.seq = Math.max(space.seq, from)
}

async function readAdded(tx: TenantTx, spaceId: string, afterSeq: number): Promise<AddedVersion[]> {
  const added: AddedVersion[] = []
  for (let after = afterSeq; ;) {
    const rows = await readAddedBlocks(tx, spaceId, after, pageBlocks)
    for (const { file_id: fileId, version_id: versionId, created_at: createdAt, data } of rows) {
      added.push({ fileId, versionId, createdAt: createdAt.getTime(), block: decodeBlock(data) })
    }
    const last = rows.at(-1)
    if (!last || rows.length < pageBlocks) return added
    after = last.added_seq
  }
}
