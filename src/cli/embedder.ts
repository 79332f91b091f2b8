import { setTimeout as pause } from 'node:timers/promises'
import { Command } from 'commander'
import { listCommand, useCommand } from './choose-model.ts'
import type { Connection } from './connection.ts'
import { CommandFailure } from './failure.ts'
import { addConnectionOptions, openConnection } from './open-connection.ts'
import type { Output } from './output.ts'
import { showRecord } from './show-record.ts'

export function embedderCommand(): Command {
  const group = addConnectionOptions(new Command('embedder')).description(
    'What turns texts into vectors, and which of them a tenant or a space has',
  )
  group.addCommand(listCommand('embedder', 'List the embedders of the server', ['width']))
  group
    .command('status')
    .description('Show whose vectors a space has, and how far a change is')
    .argument('<space>', 'id or slug')
    .option('--wait', 'until every file has vectors of the embedder that the space is to have')
    .action(async (space: string, { wait = false }: { wait?: boolean }, command: Command) => {
      const { connection, output } = await openConnection(command, 'tenant')
      showRecord(output, { ...(await (wait ? waitFor : statusOf)(connection, space, output)) })
    })
  group.addCommand(
    useCommand(
      'embedder',
      'Choose the embedder of a tenant or a space; its files are embedded anew in the background',
      'one of `embedder list`',
    ),
  )
  return group
}

type Status = { state: string; files: number; embedded: number }

const askEveryMs = 500

/** @throws CommandFailure when it would never end */
async function waitFor(connection: Connection, space: string, output: Output): Promise<Status> {
  for (;;) {
    const now = await statusOf(connection, space)
    const { state, files, embedded } = now
    if (state === 'not_configured')
      throw new CommandFailure('failedCheck', 'The server has no embedder of that name: nothing is embedded.')
    output.redraw(state === 'ready' ? '' : `${embedded} of ${files} files embedded`)
    if (state === 'ready') return now
    await pause(askEveryMs)
  }
}

function statusOf(connection: Connection, space: string): Promise<Status> {
  return connection.get<Status>(`${pathOf(space)}/embedding`)
}

function pathOf(space: string): string {
  return `/v1/spaces/${encodeURIComponent(space)}`
}
