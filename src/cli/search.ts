import { Command } from 'commander'
import { addConnectionOptions, openConnection } from './open-connection.ts'
import { addSearchOptions, readRequest, type SearchOptions } from './search/read-request.ts'
import { type Found, showFound } from './search/show-found.ts'

export { type Found, highlight, placeOf } from './search/show-found.ts'

export function searchCommand(): Command {
  return addSearchOptions(addConnectionOptions(new Command('search')))
    .description('Search the documents of a tenant')
    .argument(
      '[query...]',
      'words; "in a row" has to stand so, -word must not stand; quote the whole for the shell, and put -- before a minus',
    )
    .action(async (words: string[], options: SearchOptions, command: Command) => {
      const body = readRequest(words, options)
      const { connection, output } = await openConnection(command, 'tenant')
      showFound(output, await connection.post<Found>('/v1/search', body))
    })
}
