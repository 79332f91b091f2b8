import { Command } from 'commander'
import { addConnectionOptions, openConnection } from './open-connection.ts'
import { type Record, showList, showRecord } from './show-record.ts'
import { remove, verbsAbout } from './verbs-about.ts'

export function roleCommand(): Command {
  const group = addConnectionOptions(new Command('role')).description(
    'Roles: what users may do at all; grants say where',
  )
  group
    .command('create')
    .description('Make a role of permissions that you hold yourself')
    .argument('<slug>', 'lower-case name, unique within the tenant')
    .requiredOption('--permissions <permission...>', 'what it holds')
    .option('--name <name>', 'name for people')
    .option('--no-open-spaces', 'lets nobody into open spaces without a grant')
    .action(async (slug: string, { permissions, name, openSpaces }: CreateOptions, command: Command) => {
      const { connection, output } = await openConnection(command, 'tenant')
      const body = {
        slug,
        permissions,
        enters_open_spaces: openSpaces,
        ...(name === undefined ? {} : { name }),
      }
      showRecord(output, await connection.post<Record>('/v1/roles', body))
    })
  group
    .command('list')
    .description('List roles')
    .action(async (_options: unknown, command: Command) => {
      const { connection, output } = await openConnection(command, 'tenant')
      const columns = ['id', 'slug', 'built_in', 'enters_open_spaces', 'permissions']
      await showList(output, connection.list<Record>('/v1/roles'), columns)
    })
  const addVerb = verbsAbout(group, { argument: '<role>', how: 'id or slug', path: '/v1/roles' })
  addVerb('delete', 'Delete a role; whoever had it has it no more', remove)
  return group
}

type CreateOptions = { permissions: string[]; name?: string; openSpaces: boolean }
