import type { Command } from 'commander'
import type { Connection } from './connection.ts'
import { type KeyOwner, openConnection } from './open-connection.ts'
import { type Record, showRecord } from './show-record.ts'

/** What commands are about: the argument that names it, how it does, and the list that it stands in. */
type About = { argument: string; how: string; path: string; owner?: KeyOwner }

type Act = (connection: Connection, path: string, reference: string) => Promise<Record>

/** Makes commands of a group that do something with one thing, and show what came of it. */
export function verbsAbout(group: Command, { argument, how, path, owner = 'tenant' }: About) {
  return (verb: string, description: string, act: Act): void => {
    group
      .command(verb)
      .description(description)
      .argument(argument, how)
      .action(async (reference: string, _options: unknown, command: Command) => {
        const { connection, output } = await openConnection(command, owner)
        showRecord(output, await act(connection, `${path}/${encodeURIComponent(reference)}`, reference))
      })
  }
}

export const get: Act = (connection, path) => connection.get<Record>(path)

/** Sends a word that stands behind its address. */
export const post =
  (word: string): Act =>
  (connection, path) =>
    connection.post<Record>(`${path}/${word}`)

/** Ends it where the server shows what it is afterwards. */
export const end: Act = (connection, path) => connection.delete<Record>(path)

/** Deletes it where nothing is left to show. */
export const remove: Act = async (connection, path, reference) => {
  await connection.delete(path)
  return { deleted: reference }
}
