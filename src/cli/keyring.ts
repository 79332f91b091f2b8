import { Command } from 'commander'
import type { Connection } from './connection.ts'
import { CommandFailure } from './failure.ts'
import { followPieces } from './keyring/follow-pieces.ts'
import { addConnectionOptions, openConnection } from './open-connection.ts'
import type { Output } from './output.ts'
import { type Record, showList, showRecord } from './show-record.ts'

const columns = ['tenant_id', 'state', 'sealing_key', 'oldest_key', 'pieces', 'pieces_left', 'finished_at']

/** As the server presents them; see the routes of the same names. */
type KeyringStatus = Record & {
  master_key: string
  keys: number
  keys_left: number
  is_rewrapping: boolean
}
type Rotation = Record & { tenant_id: string; state: string; pieces: number; pieces_left: number }

export function keyringCommand(): Command {
  const group = addConnectionOptions(new Command('keyring')).description(
    'The keys that content is sealed with, and their replacement',
  )
  group
    .command('status')
    .description('Show which master keys the keyring is sealed with')
    .action(async (_options: unknown, command: Command) => {
      const { connection, output } = await openConnection(command, 'platform')
      showRecord(output, await connection.get<Record>('/v1/keyring'))
    })
  group
    .command('tenants')
    .description('List the data keys of all tenants, and how far their replacement is')
    .action(async (_options: unknown, command: Command) => {
      const { connection, output } = await openConnection(command, 'platform')
      await showList(output, connection.list<Record>('/v1/keyring/tenants'), columns)
    })
  group
    .command('rotate')
    .description('Give tenants new data keys and seal their content anew; run it again to go on')
    .argument('[tenant...]', 'ids or slugs')
    .option('--all', 'every tenant, one after the other')
    .option('--no-wait', 'return once it has been started')
    .action(rotate)
  group
    .command('rotate-master')
    .description('Seal every data key with the current master key; run it again to go on')
    .addHelpText(
      'after',
      '\nWhere the settings give the master key, set BULKHEAD_MASTER_KEY to the new one and BULKHEAD_FORMER_MASTER_KEYS\nto the present one and restart first. The key file of an embedded start is replaced by this command.',
    )
    .action((_options: unknown, command: Command) => rotateMaster(command))
  return group
}

type RotateOptions = { all?: boolean; wait: boolean }

async function rotate(named: string[], { all, wait }: RotateOptions, command: Command): Promise<void> {
  const { connection, output } = await openConnection(command, 'platform')
  if (named.length > 0 === (all === true)) {
    throw new CommandFailure('usage', 'Name the tenants, or give --all.')
  }
  const tenants = all ? allTenants(connection) : named
  const incomplete: string[] = []
  for await (const tenant of tenants) {
    const started = await connection.post<Rotation>(`${addressOf(tenant)}/rotate`)
    const rotation = wait ? await follow(connection, output, started) : started
    output.json(rotation)
    output.line(`${rotation.tenant_id}  ${rotation.state}  ${String(rotation.pieces)} pieces`)
    if (rotation.state === 'incomplete') incomplete.push(rotation.tenant_id)
  }
  if (incomplete.length > 0) {
    throw new CommandFailure('failedCheck', `Content of ${incomplete.join(', ')} does not open.`, {
      advice: '`bulkhead doctor` names it. Its older keys stay until it is deleted and this is run again.',
    })
  }
}

async function* allTenants(connection: Connection): AsyncGenerator<string> {
  for await (const { tenant_id: id } of connection.list<Rotation>('/v1/keyring/tenants')) yield id
}

function addressOf(tenant: string): string {
  return `/v1/keyring/tenants/${encodeURIComponent(tenant)}`
}

function follow(connection: Connection, output: Output, started: Rotation): Promise<Rotation> {
  return followPieces(output, {
    ask: () => connection.get<Rotation>(addressOf(started.tenant_id)),
    describe: (rotation) => ({
      total: rotation.pieces,
      left: rotation.pieces_left,
      isDone: rotation.state === 'done' || rotation.state === 'incomplete',
      label: rotation.state === 'waiting' ? 'until every server knows the key' : 'pieces',
    }),
  })
}

async function rotateMaster(command: Command): Promise<void> {
  const { connection, output } = await openConnection(command, 'platform')
  const before = await connection.get<KeyringStatus>('/v1/keyring')
  const started = await connection.post<KeyringStatus>('/v1/keyring/rotate-master', {
    from: before.master_key,
  })
  const after = await followPieces(output, {
    ask: () => connection.get<KeyringStatus>('/v1/keyring'),
    describe: (status) => ({
      total: status.keys,
      left: status.keys_left,
      isDone: !status.is_rewrapping,
      label: 'keys',
    }),
  })
  output.json(after)
  if (after.keys_left > 0) {
    throw new CommandFailure(
      'failedCheck',
      `${after.keys_left} keys are still sealed with another master key.`,
      {
        advice: 'Run the command again; the log of the server says what stopped it.',
      },
    )
  }
  output.line(`All ${after.keys} keys are sealed with the master key ${after.master_key}.`)
  if (before.keys_left === 0 && started.master_key === before.master_key) {
    output.line('Nothing had to be done: the server has no newer master key. See --help.')
  } else if (started.master_key !== before.master_key) {
    output.line('The server made a new master.key in its data directory: keep a copy of it elsewhere.')
  }
}
