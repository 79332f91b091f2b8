import { Command } from 'commander'
import { useCommand } from './choose-model.ts'
import { addConnectionOptions, openConnection } from './open-connection.ts'
import { inTurn, type Record, showList } from './show-record.ts'

export function rerankerCommand(): Command {
  const group = addConnectionOptions(new Command('reranker')).description(
    'What puts the best finds of a search in a better order, and which of them a tenant or a space has',
  )
  group
    .command('list')
    .description('List the rerankers of the server')
    .action(async (_options: unknown, command: Command) => {
      const { connection, output } = await openConnection(command, 'tenant')
      const { data } = await connection.get<{ data: Record[] }>('/v1/rerankers')
      await showList(output, inTurn(data), ['name', 'kind', 'is_remote', 'is_default'])
    })
  group.addCommand(
    useCommand(
      'reranker',
      'Choose the reranker of a tenant or a space, from the next search on',
      'one of `reranker list`, `none`',
    ),
  )
  return group
}
