import { Command } from 'commander'
import { CommandFailure } from './failure.ts'
import { openConnection } from './open-connection.ts'
import { inTurn, type Record, showList, showRecord } from './show-record.ts'

export type ModelKind = 'embedder' | 'reranker' | 'model'

/** The command that lists the models of some kind, with a column for what only that kind has. */
export function listCommand(kind: ModelKind, description: string, columns: string[] = []): Command {
  return new Command('list').description(description).action(async (_options: unknown, command: Command) => {
    const { connection, output } = await openConnection(command, 'tenant')
    const { data } = await connection.get<{ data: Record[] }>(`/v1/${kind}s`)
    await showList(output, inTurn(data), ['name', 'kind', ...columns, 'is_remote', 'is_default'])
  })
}

type Owner = { space?: string; tenant?: string }

/** The command that chooses a model of some kind for a tenant or a space. */
export function useCommand(kind: ModelKind, description: string, names: string): Command {
  return new Command('use')
    .description(description)
    .argument('<name>', `${names}, or \`inherit\`: of the tenant for a space, of the server for a tenant`)
    .option('--space <space>', 'id or slug; with a key of the tenant')
    .option('--tenant <tenant>', 'id or slug; with a key of the platform or the partner')
    .action(async (name: string, owner: Owner, command: Command) => {
      const path = pathOf(owner, kind)
      const { connection, output } = await openConnection(
        command,
        owner.space === undefined ? 'platform' : 'tenant',
      )
      showRecord(output, await connection.patch<Record>(path, { [kind]: name === 'inherit' ? null : name }))
    })
}

function pathOf({ space, tenant }: Owner, kind: string): string {
  if ((space === undefined) === (tenant === undefined))
    throw new CommandFailure('usage', `Say whose ${kind} it is to be.`, {
      advice: 'Give --space or --tenant.',
    })
  const [place, reference] = space === undefined ? ['tenants', tenant ?? ''] : ['spaces', space]
  return `/v1/${place}/${encodeURIComponent(reference)}`
}
