import { Command } from 'commander'
import { addConnectionOptions, openConnection } from './open-connection.ts'
import { addSearchOptions, readRequest, type SearchOptions } from './search/read-request.ts'
import { type Found, showFound } from './search/show-found.ts'

export { type Found, highlight, placeOf } from './search/show-found.ts'

export function searchCommand(): Command {
  return addSearchOptions(addConnectionOptions(new Command('search')))
    .description('Search the documents of a tenant')
    .argument('[query...]', 'words; "a phrase" must stand literally, -word must not stand')
    .action(async (words: string[], options: SearchOptions, command: Command) => {
      const body = readRequest(words, options)
      const { connection, output } = await openConnection(command, 'tenant')
      showFound(output, await connection.post<Found>('/v1/search', body))
    })
}
