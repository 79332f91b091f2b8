import { setTimeout as pause } from 'node:timers/promises'
import { Command } from 'commander'
import type { Connection } from './connection.ts'
import { CommandFailure } from './failure.ts'
import { addConnectionOptions, openConnection } from './open-connection.ts'
import type { Output } from './output.ts'
import { type Record, showList, showRecord } from './show-record.ts'

export function embedderCommand(): Command {
  const group = addConnectionOptions(new Command('embedder')).description(
    'What turns texts into vectors, and which of them a tenant or a space has',
  )
  group
    .command('list')
    .description('List the embedders of the server')
    .action(async (_options: unknown, command: Command) => {
      const { connection, output } = await openConnection(command, 'tenant')
      const { data } = await connection.get<{ data: Record[] }>('/v1/embedders')
      await showList(output, inTurn(data), ['name', 'kind', 'width', 'is_remote', 'is_default'])
    })
  group
    .command('status')
    .description('Show whose vectors a space has, and how far a change is')
    .argument('<space>', 'id or slug')
    .option('--wait', 'until every file has vectors of the embedder that the space is to have')
    .action(async (space: string, { wait = false }: { wait?: boolean }, command: Command) => {
      const { connection, output } = await openConnection(command, 'tenant')
      showRecord(output, { ...(await (wait ? waitFor : statusOf)(connection, space, output)) })
    })
  group
    .command('use')
    .description('Choose the embedder of a tenant or a space; its files are embedded anew in the background')
    .argument(
      '<name>',
      'one of `embedder list`, or `inherit`: of the tenant for a space, of the server for a tenant',
    )
    .option('--space <space>', 'id or slug; with a key of the tenant')
    .option('--tenant <tenant>', 'id or slug; with a key of the platform or the partner')
    .action(use)
  return group
}

type Use = { space?: string; tenant?: string }

async function use(name: string, { space, tenant }: Use, command: Command): Promise<void> {
  if ((space === undefined) === (tenant === undefined))
    throw new CommandFailure('usage', 'Say whose embedder it is to be.', {
      advice: 'Give --space or --tenant.',
    })
  const { connection, output } = await openConnection(command, space === undefined ? 'platform' : 'tenant')
  const path = space === undefined ? `/v1/tenants/${encodeURIComponent(tenant ?? '')}` : pathOf(space)
  const changed = await connection.patch<Record>(path, { embedder: name === 'inherit' ? null : name })
  showRecord(output, changed)
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

async function* inTurn<T>(all: readonly T[]): AsyncGenerator<T> {
  yield* all
}
