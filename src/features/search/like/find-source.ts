import { getChunk, getFile, textNotReady } from '#features/files/index.ts'
import type { TenantTx } from '#platform/db/index.ts'
import { formatId } from '#platform/ids.ts'
import type { Block } from '../block/block.ts'
import { titleOf } from '../block/build.ts'
import { decodeBlock } from '../block/decode.ts'
import { readLiveBlock } from '../queries.ts'

/** Public ids; one of the two is there. */
export type Like = { file?: string; chunk?: string }

/** What a search looks for more of: a file, or one chunk of it. */
export type Source = {
  spaceId: string
  fileId: string
  versionId: string
  /** Undefined for the whole file. */
  ordinal: number | undefined
  title: string
  block: Block
}

/**
 * @throws files.not_found, chunks.not_found for what is unknown or not the caller's; files.not_ready for a file that is
 * not searched
 */
export async function findSource(tx: TenantTx, like: Like): Promise<Source> {
  const chunk = like.chunk === undefined ? undefined : await getChunk(tx, like.chunk)
  const file = await getFile(tx, chunk ? formatId('fil', chunk.file_id) : (like.file ?? ''))
  const versionId = file.live_version_id
  const data = versionId === null ? undefined : await readLiveBlock(tx, versionId)
  if (versionId === null || !data) throw textNotReady()
  return {
    spaceId: file.space_id,
    fileId: file.id,
    versionId,
    ordinal: chunk?.ordinal,
    title: titleOf(file.title ?? undefined, file.name),
    block: decodeBlock(data),
  }
}
