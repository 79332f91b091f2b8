import { Command } from 'commander'
import { addConnectionOptions, openConnection } from './open-connection.ts'
import { bold } from './output.ts'
import { type Record, showList, showRecord } from './show-record.ts'
import { end, verbsAbout } from './verbs-about.ts'

const columns = ['id', 'email', 'status', 'expires_at', 'user_id']

export function invitationCommand(): Command {
  const group = addConnectionOptions(new Command('invitation')).description(
    'Invitations: links that work once and make somebody a user',
  )
  group
    .command('create')
    .description('Invite somebody; the secret is shown this once where no mail is sent')
    .argument('<email>', 'e-mail address')
    .option('--name <name>', 'name of the person')
    .option('--roles <role...>', 'ids or slugs; member when left out')
    .option('--expires-in <seconds>', 'seconds until it expires; a week when left out')
    .action(async (email: string, { name, roles, expiresIn }: CreateOptions, command: Command) => {
      const { connection, output } = await openConnection(command, 'tenant')
      const body = {
        email,
        ...(name === undefined ? {} : { name }),
        ...(roles === undefined ? {} : { roles }),
        ...(expiresIn === undefined ? {} : { expires_in: Number(expiresIn) }),
      }
      const { secret, ...made } = await connection.post<Record>('/v1/invitations', body)
      output.json({ ...made, secret })
      if (output.isJson) return
      showRecord(output, made)
      if (typeof secret === 'string') output.line(`\n${bold(secret)}\nPass it on: it cannot be shown again.`)
    })
  group
    .command('list')
    .description('List invitations')
    .action(async (_options: unknown, command: Command) => {
      const { connection, output } = await openConnection(command, 'tenant')
      await showList(output, connection.list<Record>('/v1/invitations'), columns)
    })
  const addVerb = verbsAbout(group, { argument: '<invitation>', how: 'id', path: '/v1/invitations' })
  addVerb('revoke', 'Revoke an invitation that nobody has accepted', end)
  return group
}

type CreateOptions = { name?: string; roles?: string[]; expiresIn?: string }
