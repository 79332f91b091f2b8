import { Command } from 'commander'
import { listCommand, useCommand } from './choose-model.ts'
import { addConnectionOptions } from './open-connection.ts'

export function rerankerCommand(): Command {
  return addConnectionOptions(new Command('reranker'))
    .description(
      'What puts the best finds of a search in a better order, and which of them a tenant or a space has',
    )
    .addCommand(listCommand('reranker', 'List the rerankers of the server'))
    .addCommand(
      useCommand(
        'reranker',
        'Choose the reranker of a tenant or a space, from the next search on',
        'one of `reranker list`, `none`',
      ),
    )
}
