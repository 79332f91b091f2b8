import { Command } from 'commander'
import { addConnectionOptions, type KeyOwner, openConnection } from './open-connection.ts'
import { bold, type Output } from './output.ts'
import { type Record, showList, showRecord } from './show-record.ts'

const columns = ['id', 'level', 'name', 'hint', 'created_at', 'expires_at', 'revoked_at']

export function keyCommand(): Command {
  const group = addConnectionOptions(new Command('key'))
    .description('Keys: what programs sign in with')
    .option(
      '--platform',
      'with the key files of the data directory: use the platform key, not the tenant key',
    )
  group
    .command('create')
    .description('Make a key; its secret is shown this once')
    .argument('<name>', 'what it is for')
    .option('--tenant <tenant>', 'for all of a tenant: id or slug')
    .option('--partner <partner>', 'for a partner: id or slug')
    .option('--space <space>', 'for one space of your own tenant: id or slug')
    .option('--permissions <permission...>', 'only these; left out, all that its level has')
    .option('--preset <role>', 'the permissions of a role above the tenants, e.g. partner_viewer')
    .option('--user <user>', 'id of the user it acts for')
    .option('--test', 'acts in spaces for tests alone')
    .option('--addresses <cidr...>', 'addresses it may come from')
    .option('--expires <time>', 'end of its life, e.g. 2030-01-31T00:00:00Z')
    .action((name: string, options: CreateOptions, command: Command) => create(name, options, command))
  group
    .command('list')
    .description('List keys')
    .action(async (_options: unknown, command: Command) => {
      const { connection, output } = await openConnection(command, ownerFor(command))
      await showList(output, connection.list<Record>('/v1/keys'), columns)
    })
  group
    .command('rotate')
    .description('Replace a key; the old one goes on for a while')
    .argument('<key>', 'id')
    .option('--overlap <seconds>', 'so long the old key goes on', '86400')
    .action(async (key: string, { overlap }: { overlap: string }, command: Command) => {
      const { connection, output } = await openConnection(command, ownerFor(command))
      const path = `/v1/keys/${encodeURIComponent(key)}/rotate`
      const body = { overlap_seconds: Number(overlap) }
      showNewKey(output, await connection.post<Record & { secret: string }>(path, body))
    })
  group
    .command('revoke')
    .description('End a key from the next request on')
    .argument('<key>', 'id')
    .action(async (key: string, _options: unknown, command: Command) => {
      const { connection, output } = await openConnection(command, ownerFor(command))
      showRecord(output, await connection.delete<Record>(`/v1/keys/${encodeURIComponent(key)}`))
    })
  return group
}

type CreateOptions = {
  tenant?: string
  partner?: string
  space?: string
  permissions?: string[]
  preset?: string
  user?: string
  test?: true
  addresses?: string[]
  expires?: string
}

async function create(name: string, options: CreateOptions, command: Command) {
  const { expires, test, addresses, ...place } = options
  const { connection, output } = await openConnection(command, ownerFor(command, place))
  const body = {
    name,
    ...place,
    ...(test ? { mode: 'test' } : {}),
    ...(addresses === undefined ? {} : { allowed_addresses: addresses }),
    ...(expires === undefined ? {} : { expires_at: expires }),
  }
  showNewKey(output, await connection.post<Record & { secret: string }>('/v1/keys', body))
}

function ownerFor(command: Command, place: CreateOptions = {}): KeyOwner {
  const isAbove = place.tenant !== undefined || place.partner !== undefined
  return isAbove || command.optsWithGlobals<{ platform?: boolean }>().platform ? 'platform' : 'tenant'
}

function showNewKey(output: Output, { secret, ...key }: Record & { secret: string }) {
  output.json({ ...key, secret })
  if (output.isJson) return
  showRecord(output, key)
  output.line(`\n${bold(secret)}\nKeep it now: only its hash is stored, so it cannot be shown again.`)
}
