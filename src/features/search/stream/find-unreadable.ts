import type { TenantTx } from '#platform/db/index.ts'
import { isUnopenable } from '#platform/vault/index.ts'
import { BlockUnreadable } from '../block/block.ts'
import { openBlockStream, type StoredBlock } from './block-stream.ts'
import { decode } from './read-segments.ts'

type Unreadable = { file_id: string; problem: string }

/** Live blocks of a space that cannot be read, and vectors that do not fit theirs. What does not open is not looked into. */
export async function findUnreadable(tx: TenantTx, spaceId: string): Promise<Unreadable[]> {
  const found: Unreadable[] = []
  const stream = await openBlockStream(tx, spaceId, Infinity)
  try {
    for await (const batch of stream.read())
      found.push(
        ...batch.flatMap((block) => {
          const problem = problemOf(block)
          return problem === undefined ? [] : [{ file_id: block.fileId, problem }]
        }),
      )
  } catch (error) {
    if (!isUnopenable(error)) throw error
  }
  return found
}

function problemOf(block: StoredBlock): string | undefined {
  try {
    decode(block)
    return undefined
  } catch (error) {
    if (error instanceof BlockUnreadable) return error.message
    throw error
  }
}
