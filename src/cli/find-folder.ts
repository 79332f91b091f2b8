import type { Connection } from './connection.ts'
import { CommandFailure } from './failure.ts'

export type Folder = {
  id: string
  space_id: string
  parent_id: string | null
  name: string
  path: string
  depth: number
}

/** `/` for none, an id as it is, and the id of the folder at a path. @throws CommandFailure when there is none */
export async function findFolder(
  connection: Connection,
  text: string,
  space: string | undefined,
): Promise<string | null> {
  if (text === '/') return null
  if (text.startsWith('fld_')) return text
  const { data } = await connection.get<{ data: Folder[] }>('/v1/folders', { path: text, space })
  const [folder] = data
  if (!folder) throw new CommandFailure('notFound', `There is no folder ${text}.`)
  return folder.id
}
