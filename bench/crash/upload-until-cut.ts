import type { Api } from '#isolation/server/client.ts'
import { inParallel } from '../server/in-parallel.ts'
import type { LocalFile } from '../server/read-folder.ts'

/** A file the server is to have in the end. */
export type Expected = LocalFile & {
  externalId: string
  /** As the server called it when it accepted the file; undefined before. */
  id: string | undefined
}

const lanes = 3

/**
 * Uploads what was not accepted yet. `skip` makes a repeated upload safe: its answer was cut off, perhaps after the
 * file had been accepted.
 * @returns how many got no answer
 * @throws Error for an answer other than "accepted"
 */
export async function uploadUntilCut(api: Api, files: readonly Expected[]): Promise<number> {
  let cut = 0
  await inParallel(
    files.filter(({ id }) => id === undefined),
    lanes,
    async (file) => {
      const fields = { external_id: file.externalId, on_conflict: 'skip' }
      const reply = await api.upload<{ id: string }>(file.name, file.content, fields).catch(noAnswer)
      if (reply === undefined) cut++
      else if (reply.status === 201 || reply.status === 200) file.id = reply.body.id
      else throw new Error(`${file.externalId}: ${reply.status} ${JSON.stringify(reply.body)}`)
    },
  )
  return cut
}

/** `fetch` says TypeError for a connection that broke or was refused. */
function noAnswer(error: unknown): undefined {
  if (error instanceof TypeError) return undefined
  throw error
}
