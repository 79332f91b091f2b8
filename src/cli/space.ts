import { Command } from 'commander'
import { addConnectionOptions, openConnection } from './open-connection.ts'
import { type Record, showList, showRecord } from './show-record.ts'

const columns = ['id', 'slug', 'name', 'status', 'intelligence', 'created_at']

export function spaceCommand(): Command {
  const group = addConnectionOptions(new Command('space')).description(
    'Spaces of the tenant that the key belongs to',
  )
  group
    .command('create')
    .description('Create a space')
    .argument('<slug>', 'lower-case name, unique within the tenant')
    .option('--name <name>', 'name for people')
    .option('--external-id <id>', 'your own identity for it')
    .option('--store-only', 'keep files without reading and indexing them')
    .action(async (slug: string, options: CreateOptions, command: Command) => {
      const { connection, output } = await openConnection(command, 'tenant')
      showRecord(output, await connection.post<Record>('/v1/spaces', newSpace(slug, options)))
    })
  group
    .command('list')
    .description('List the spaces this key may see')
    .action(async (_options: unknown, command: Command) => {
      const { connection, output } = await openConnection(command, 'tenant')
      await showList(output, connection.list<Record>('/v1/spaces'), columns)
    })
  addVerb(group, 'get', 'Show a space', async (connection, path) => connection.get<Record>(path))
  addVerb(group, 'archive', 'Take no more files into a space; it stays readable', async (connection, path) =>
    connection.post<Record>(`${path}/archive`),
  )
  addVerb(group, 'resume', 'Undo an archiving', async (connection, path) =>
    connection.post<Record>(`${path}/resume`),
  )
  group
    .command('delete')
    .description('Delete a space with the keys that are bound to it')
    .argument('<space>', 'id or slug')
    .option('--force', 'its files too')
    .action(async (space: string, { force }: { force?: boolean }, command: Command) => {
      const { connection, output } = await openConnection(command, 'tenant')
      await connection.delete(`/v1/spaces/${encodeURIComponent(space)}${force ? '?force=true' : ''}`)
      showRecord(output, { deleted: space })
    })
  return group
}

type CreateOptions = { name?: string; externalId?: string; storeOnly?: boolean }

function newSpace(slug: string, { name, externalId, storeOnly }: CreateOptions) {
  return {
    slug,
    ...(name === undefined ? {} : { name }),
    ...(externalId === undefined ? {} : { external_id: externalId }),
    ...(storeOnly ? { intelligence: false } : {}),
  }
}

type Connection = Awaited<ReturnType<typeof openConnection>>['connection']

function addVerb(
  group: Command,
  verb: string,
  description: string,
  act: (connection: Connection, path: string) => Promise<Record>,
) {
  group
    .command(verb)
    .description(description)
    .argument('<space>', 'id or slug')
    .action(async (space: string, _options: unknown, command: Command) => {
      const { connection, output } = await openConnection(command, 'tenant')
      showRecord(output, await act(connection, `/v1/spaces/${encodeURIComponent(space)}`))
    })
}
