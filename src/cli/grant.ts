import { Command } from 'commander'
import { addConnectionOptions, openConnection } from './open-connection.ts'
import { type Record, showList, showRecord } from './show-record.ts'
import { remove, verbsAbout } from './verbs-about.ts'

const columns = [
  'id',
  'effect',
  'permissions',
  'user_id',
  'group_id',
  'role_id',
  'space_id',
  'folder_id',
  'file_id',
]

type Named = {
  user?: string
  group?: string
  role?: string
  space?: string
  folder?: string
  file?: string
}

export function grantCommand(): Command {
  const group = addConnectionOptions(new Command('grant')).description(
    'Grants: who may do what in a space, folder or file',
  )
  addEffect(group, 'allow', 'Let somebody do something in a place')
  addEffect(group, 'deny', 'Keep somebody from something in a place')
  addTarget(group.command('list').description('List grants')).action(
    async (named: Named, command: Command) => {
      const { connection, output } = await openConnection(command, 'tenant')
      await showList(output, connection.list<Record>('/v1/grants', namedOf(named)), columns)
    },
  )
  const addVerb = verbsAbout(group, { argument: '<grant>', how: 'id', path: '/v1/grants' })
  addVerb('remove', 'Take a grant away, from the next request on', remove)
  return group
}

export function accessCommand(): Command {
  const group = addConnectionOptions(new Command('access')).description('What somebody may do, and why')
  group
    .command('explain')
    .description('What a user may do in a space, folder or file, and what decided so')
    .argument('<user>', 'id')
    .option('--space <space>', 'id or slug')
    .option('--folder <folder>', 'id')
    .option('--file <file>', 'id')
    .action(async (user: string, { space, folder, file }: Named, command: Command) => {
      const { connection, output } = await openConnection(command, 'tenant')
      const explained = await connection.get<Explained>('/v1/access/explain', { user, space, folder, file })
      output.json(explained)
      if (output.isJson) return
      for (const { permission, allowed, rule, grant } of explained.permissions)
        output.line([permission, allowed ? 'yes' : 'no', rule, grant?.id ?? ''].join('  ').trimEnd())
    })
  return group
}

type Explained = {
  permissions: { permission: string; allowed: boolean; rule: string; grant: { id: string } | null }[]
}

function addEffect(group: Command, effect: 'allow' | 'deny', description: string) {
  addTarget(group.command(effect).description(description))
    .requiredOption('--permissions <permission...>', 'e.g. files:read search:query answers:ask')
    .action(async ({ permissions, ...named }: Named & { permissions: string[] }, command: Command) => {
      const { connection, output } = await openConnection(command, 'tenant')
      const body = { effect, permissions, ...namedOf(named) }
      showRecord(output, await connection.post<Record>('/v1/grants', body))
    })
}

function addTarget(command: Command): Command {
  return command
    .option('--user <user>', 'id of a user')
    .option('--group <group>', 'id of a group: everybody in it')
    .option('--role <role>', 'id or slug of a role: everybody who has it')
    .option('--space <space>', 'id or slug of a space')
    .option('--folder <folder>', 'id of a folder: it and all that is in it')
    .option('--file <file>', 'id of a file')
}

function namedOf({ user, group, role, space, folder, file }: Named): { [field: string]: string } {
  const named = Object.entries({ user, group, role, space, folder, file })
  return Object.fromEntries(named.filter((one): one is [string, string] => one[1] !== undefined))
}
