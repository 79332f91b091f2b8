import { Command } from 'commander'
import { addConnectionOptions, openConnection } from './open-connection.ts'
import { type Record, showList, showRecord } from './show-record.ts'
import { get, post, remove, verbsAbout } from './verbs-about.ts'

const columns = ['id', 'kind', 'name', 'email', 'roles', 'status', 'external_id']

export function userCommand(): Command {
  const group = addConnectionOptions(new Command('user')).description('Users of the tenant')
  addCreate(group)
  group
    .command('list')
    .description('List users')
    .option('--email <address>', 'the one with this e-mail address')
    .option('--external-id <id>', 'the one with this identity of yours')
    .option('--status <status>', 'active or deactivated')
    .action(async ({ email, externalId, status }: ListOptions, command: Command) => {
      const { connection, output } = await openConnection(command, 'tenant')
      const query = { email, external_id: externalId, status }
      await showList(output, connection.list<Record>('/v1/users', query), columns)
    })
  const addVerb = verbsAbout(group, { argument: '<user>', how: 'id', path: '/v1/users' })
  addVerb('get', 'Show a user', get)
  addVerb('deactivate', 'End all use of a user from the next request on', post('deactivate'))
  addVerb('resume', 'Undo a deactivation', post('resume'))
  addVerb('delete', 'Delete a user with their keys and grants', remove)
  group
    .command('roles')
    .description('Say which roles a user has')
    .argument('<user>', 'id')
    .argument('[roles...]', 'ids or slugs; none takes all away')
    .action(async (user: string, roles: string[], _options: unknown, command: Command) => {
      const { connection, output } = await openConnection(command, 'tenant')
      showRecord(
        output,
        await connection.put<Record>(`/v1/users/${encodeURIComponent(user)}/roles`, { roles }),
      )
    })
  return group
}

type ListOptions = { email?: string; externalId?: string; status?: string }
type CreateOptions = { email?: string; externalId?: string; service?: boolean; roles?: string[] }

function addCreate(group: Command) {
  group
    .command('create')
    .description('Create a user')
    .argument('<name>', 'name')
    .option('--email <address>', 'e-mail address')
    .option('--external-id <id>', 'your own identity for them')
    .option('--service', 'a service user, for keys of programs')
    .option('--roles <role...>', 'ids or slugs; member when left out')
    .action(async (name: string, options: CreateOptions, command: Command) => {
      const { connection, output } = await openConnection(command, 'tenant')
      const { email, externalId, service, roles } = options
      const body = {
        name,
        kind: service ? 'service' : 'human',
        ...(email === undefined ? {} : { email }),
        ...(externalId === undefined ? {} : { external_id: externalId }),
        ...(roles === undefined ? {} : { roles }),
      }
      showRecord(output, await connection.post<Record>('/v1/users', body))
    })
}
