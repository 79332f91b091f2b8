import { Command } from 'commander'
import { addConnectionOptions, openConnection } from './open-connection.ts'
import { type Record, showList, showRecord } from './show-record.ts'
import { remove, verbsAbout } from './verbs-about.ts'

const path = (group: string) => `/v1/groups/${encodeURIComponent(group)}`

export function groupCommand(): Command {
  const group = addConnectionOptions(new Command('group')).description('Groups of users, and of other groups')
  group
    .command('create')
    .description('Make a group')
    .argument('<name>', 'unique within the tenant')
    .option('--external-id <id>', 'your own identity for it')
    .action(async (name: string, { externalId }: { externalId?: string }, command: Command) => {
      const { connection, output } = await openConnection(command, 'tenant')
      const body = { name, ...(externalId === undefined ? {} : { external_id: externalId }) }
      showRecord(output, await connection.post<Record>('/v1/groups', body))
    })
  group
    .command('list')
    .description('List groups')
    .action(async (_options: unknown, command: Command) => {
      const { connection, output } = await openConnection(command, 'tenant')
      await showList(output, connection.list<Record>('/v1/groups'), ['id', 'name', 'external_id'])
    })
  group
    .command('members')
    .description('List who is in a group by themselves')
    .argument('<group>', 'id')
    .action(async (id: string, _options: unknown, command: Command) => {
      const { connection, output } = await openConnection(command, 'tenant')
      const members = connection.list<Record>(`${path(id)}/members`)
      await showList(output, members, ['user_id', 'group_id', 'added_at'])
    })
  addMembership(group, 'add', 'Add a user to a group, or a group with all who are in it')
  addMembership(group, 'remove', 'Take a user or a group out of a group')
  const addVerb = verbsAbout(group, { argument: '<group>', how: 'id', path: '/v1/groups' })
  addVerb('delete', 'Delete a group with what was granted to it; its members stay', remove)
  return group
}

function addMembership(group: Command, verb: 'add' | 'remove', description: string) {
  group
    .command(verb)
    .description(description)
    .argument('<group>', 'id')
    .argument('<member>', 'id of a user or of a group')
    .action(async (id: string, member: string, _options: unknown, command: Command) => {
      const { connection, output } = await openConnection(command, 'tenant')
      const kind = member.startsWith('grp_') ? 'group' : 'user'
      const at = `${path(id)}/members`
      if (verb === 'add') await connection.post(at, { [kind]: member })
      else await connection.delete(`${at}?${kind}=${encodeURIComponent(member)}`)
      showRecord(output, { group: id, [verb === 'add' ? 'added' : 'removed']: member })
    })
}
