import { Command } from 'commander'
import { addConnectionOptions, openConnection } from './open-connection.ts'
import { type Record, showList, showRecord } from './show-record.ts'

const columns = ['id', 'slug', 'name', 'status', 'created_at']

export function partnerCommand(): Command {
  const group = addConnectionOptions(new Command('partner')).description('Those who resell to tenants')
  group
    .command('create')
    .description('Create a partner')
    .argument('<slug>', 'lower-case name, unique')
    .option('--name <name>', 'name for people')
    .action(async (slug: string, options: { name?: string }, command: Command) => {
      const { connection, output } = await openConnection(command, 'platform')
      showRecord(output, await connection.post<Record>('/v1/partners', { slug, ...options }))
    })
  group
    .command('list')
    .description('List partners')
    .action(async (_options: unknown, command: Command) => {
      const { connection, output } = await openConnection(command, 'platform')
      await showList(output, connection.list<Record>('/v1/partners'), columns)
    })
  addVerb(group, 'get', 'Show a partner', (connection, path) => connection.get<Record>(path))
  addVerb(group, 'suspend', 'Stop every key of a partner and of its tenants', (connection, path) =>
    connection.post<Record>(`${path}/suspend`),
  )
  addVerb(group, 'resume', 'Undo a suspension', (connection, path) =>
    connection.post<Record>(`${path}/resume`),
  )
  addVerb(
    group,
    'delete',
    'Delete a partner that has no tenants, with its keys',
    async (connection, path, partner) => {
      await connection.delete(path)
      return { deleted: partner }
    },
  )
  return group
}

type Connection = Awaited<ReturnType<typeof openConnection>>['connection']

function addVerb(
  group: Command,
  verb: string,
  description: string,
  act: (connection: Connection, path: string, partner: string) => Promise<Record>,
) {
  group
    .command(verb)
    .description(description)
    .argument('<partner>', 'id or slug')
    .action(async (partner: string, _options: unknown, command: Command) => {
      const { connection, output } = await openConnection(command, 'platform')
      showRecord(output, await act(connection, `/v1/partners/${encodeURIComponent(partner)}`, partner))
    })
}
