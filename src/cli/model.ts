import { Command } from 'commander'
import { listCommand, useCommand } from './choose-model.ts'
import { addConnectionOptions } from './open-connection.ts'

export function modelCommand(): Command {
  return addConnectionOptions(new Command('model'))
    .description('What puts into words what happens, and which of them a tenant or a space has')
    .addCommand(listCommand('model', 'List the language models of the server'))
    .addCommand(
      useCommand(
        'model',
        'Choose the language model of a tenant or a space, from the next digest on',
        'one of `model list`, `none`',
      ),
    )
}
