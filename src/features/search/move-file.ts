import { sql } from 'kysely'
import type { Embedders } from '#adapters/embedder/port.ts'
import type { TenantTx } from '#platform/db/index.ts'
import { readChoice } from './embedding/read-choice.ts'
import type { QueueSpace } from './jobs.ts'
import { blockPlace, insertBlock, raiseSequence, removeBlocks, serveFirst } from './queries.ts'

export type MoveDeps = { embedders: Embedders; queueSpace: QueueSpace }

/**
 * Takes a file from the index of one space into that of another one, in one transaction: every search finds it in
 * exactly one of them. Vectors go with it; what the other space wants besides is made in the background. Nothing in
 * block or vectors names the space, and neither does what they are sealed to.
 */
export async function moveInIndex(
  tx: TenantTx,
  file: { id: string; from: string; to: string },
  { embedders, queueSpace }: MoveDeps,
): Promise<void> {
  const block = await readMovable(tx, file.from, file.id)
  if (!block) return
  // In one order, whichever way the file goes: two that move against each other do not wait in a ring.
  const sequences = new Map<string, number>()
  for (const id of [file.from, file.to].sort()) sequences.set(id, (await raiseSequence(tx, id)).index_seq)
  const seqIn = (id: string) => sequences.get(id) ?? 0
  const { versionId, chunkCount, format, data } = block
  const placed = { spaceId: file.to, fileId: file.id, versionId, chunkCount, format, data }
  await insertBlock(tx, { ...placed, seq: seqIn(file.to) })
  const embeddedBy = await takeVectors(tx, versionId, file.from, file.to)
  await removeBlocks(tx, file.from, [file.id], seqIn(file.from), sql<Date>`now()`)
  const choice = await readChoice(tx, file.to, embedders)
  const target = choice?.target?.id
  if (choice?.servingId === null && target !== undefined && embeddedBy.includes(target))
    await serveFirst(tx, file.to, target)
  await queueSpace(tx, file.to)
}

/** The live block of a file in a space, opened. */
async function readMovable(tx: TenantTx, spaceId: string, fileId: string) {
  const row = await tx.kysely
    .selectFrom('index_blocks')
    .select(['version_id', 'format', 'chunk_count', 'data'])
    .where('space_id', '=', spaceId)
    .where('file_id', '=', fileId)
    .where('removed_seq', 'is', null)
    .executeTakeFirst()
  if (!row?.data) return undefined
  const { version_id: versionId, format, chunk_count: chunkCount } = row
  return { versionId, format, chunkCount, data: (await tx.keys()).unseal(blockPlace(versionId), row.data) }
}

/** Moves a version's vectors to a space in which its block stands already; whose they are. */
async function takeVectors(tx: TenantTx, versionId: string, from: string, to: string): Promise<string[]> {
  const rows = await tx.kysely
    .updateTable('index_vectors')
    .set({ space_id: to })
    .where('version_id', '=', versionId)
    .where('space_id', '=', from)
    .returning('embedder')
    .execute()
  return rows.map(({ embedder }) => embedder)
}
