import { Command } from 'commander'
import { addConnectionOptions, openConnection } from './open-connection.ts'
import { wholeNumber } from './search/read-request.ts'
import { type Record, showList, showRecord } from './show-record.ts'
import { get, remove, verbsAbout } from './verbs-about.ts'

const path = '/v1/alerts'
const columns = ['id', 'name', 'status', 'types', 'threshold', 'window_seconds', 'space_id', 'raised_at']

export function alertCommand(): Command {
  const group = addConnectionOptions(new Command('alert')).description(
    'Alerts: an event when so much of something has happened',
  )
  addCreate(group)
  group
    .command('list')
    .description('List alerts')
    .action(async (_options: unknown, command: Command) => {
      const { connection, output } = await openConnection(command, 'tenant')
      await showList(output, connection.list<Record>(path), columns)
    })
  const addVerb = verbsAbout(group, { argument: '<alert>', how: 'id', path })
  addVerb('show', 'Show an alert', get)
  addUpdate(group)
  addVerb('delete', 'Delete an alert', remove)
  return group
}

const type = ['--type <type...>', 'what counts, such as file.failed, or file.* for all of files'] as const
const threshold = ['--threshold <count>', 'raised when so many have happened', wholeNumber] as const
const window = ['--window <seconds>', 'within so long, from 60 to 2592000 (30 days)', wholeNumber] as const

type Rule = { type?: string[]; threshold?: number; window?: number }
type Created = Rule & { space?: string }
type Updated = Rule & { name?: string; status?: string }

/** As the API has it. */
const bodyOf = ({ type: types, window: window_seconds, ...others }: Created | Updated) => ({
  ...others,
  types,
  window_seconds,
})

function addCreate(group: Command) {
  group
    .command('create')
    .description('Make an alert, which counts what happens from now on')
    .argument('<name>', 'what it is called')
    .requiredOption(...type)
    .requiredOption(...threshold)
    .requiredOption(...window)
    .option('--space <space>', 'the space that it belongs to: only what happens in it counts')
    .action(async (name: string, options: Created, command: Command) => {
      const { connection, output } = await openConnection(command, 'tenant')
      showRecord(output, await connection.post<Record>(path, { name, ...bodyOf(options) }))
    })
}

function addUpdate(group: Command) {
  group
    .command('update')
    .description('Change what an alert counts, disable it or enable it')
    .argument('<alert>', 'id')
    .option('--name <name>', 'what it is called')
    .option(...type)
    .option(...threshold)
    .option(...window)
    .option('--status <status>', 'active or disabled')
    .action(async (id: string, options: Updated, command: Command) => {
      const { connection, output } = await openConnection(command, 'tenant')
      const changed = await connection.patch<Record>(`${path}/${encodeURIComponent(id)}`, bodyOf(options))
      showRecord(output, changed)
    })
}
