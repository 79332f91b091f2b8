import { Command } from 'commander'
import { addConnectionOptions, openConnection } from './open-connection.ts'
import { bold, type Output } from './output.ts'
import { readTime, wholeNumber } from './search/read-request.ts'
import { type Record, showList, showRecord } from './show-record.ts'
import { get, post, remove, verbsAbout } from './verbs-about.ts'

const path = '/v1/webhooks'
const columns = ['id', 'status', 'url', 'types', 'space_id', 'description', 'disabled_reason']
const deliveryColumns = ['created_at', 'id', 'event_id', 'state', 'attempts', 'status', 'failure']

export function webhookCommand(): Command {
  const group = addConnectionOptions(new Command('webhook')).description(
    'Webhooks: addresses of yours that are told what happens',
  )
  addCreate(group)
  group
    .command('list')
    .description('List webhooks')
    .action(async (_options: unknown, command: Command) => {
      const { connection, output } = await openConnection(command, 'tenant')
      await showList(output, connection.list<Record>(path), columns)
    })
  const addVerb = verbsAbout(group, { argument: '<webhook>', how: 'id', path })
  addVerb('show', 'Show a webhook', get)
  addUpdate(group)
  addVerb('delete', 'Delete a webhook, with its deliveries', remove)
  addRotate(group)
  addVerb('enable', 'Tell a webhook what happens from now on again', post('enable'))
  addVerb('disable', 'Tell a webhook nothing until it is enabled', post('disable'))
  addVerb('test', 'Send a test at once, and say what came of it', post('test'))
  addDeliveries(group)
  addReplay(group)
  return group
}

type Filters = { type?: string[]; spaces?: string[]; description?: string }

/** As the API has it. */
const bodyOf = ({ type: types, ...others }: Filters) => ({ ...others, types })

function addFilters(command: Command): Command {
  return command
    .option('--type <type...>', 'only these types, such as file.ready, or file.* for all of files')
    .option('--spaces <space...>', 'only what happens in these, by id or slug')
    .option('--description <text>', 'what it is for')
}

function addCreate(group: Command) {
  const command = group
    .command('create')
    .description('Make a webhook; its secret is shown this once')
    .argument('<url>', 'where events are sent, with https')
    .option('--space <space>', 'the space that it belongs to: it is told of this alone, and ends with it')
  addFilters(command).action(async (url: string, options: Filters & { space?: string }, command: Command) => {
    const { connection, output } = await openConnection(command, 'tenant')
    showWithSecret(output, await connection.post<Record>(path, { url, ...bodyOf(options) }))
  })
}

function addUpdate(group: Command) {
  const command = about(group, 'update', 'Change the address of a webhook, or what it is told of').option(
    '--url <url>',
    'where events are sent',
  )
  addFilters(command).action(async (id: string, options: Filters & { url?: string }, command: Command) => {
    const { connection, output } = await openConnection(command, 'tenant')
    showRecord(output, await connection.patch<Record>(pathOf(id), bodyOf(options)))
  })
}

function addRotate(group: Command) {
  about(group, 'rotate', 'Give a webhook another secret, which is shown this once')
    .option(
      '--overlap <seconds>',
      'so long the secret before signs as well; a day when left out',
      wholeNumber,
    )
    .action(async (id: string, { overlap }: { overlap?: number }, command: Command) => {
      const { connection, output } = await openConnection(command, 'tenant')
      const body = overlap === undefined ? {} : { overlap_seconds: overlap }
      showWithSecret(output, await connection.post<Record>(`${pathOf(id)}/rotate`, body))
    })
}

function addDeliveries(group: Command) {
  about(group, 'deliveries', 'List what was sent to a webhook, newest first')
    .option('--state <state>', 'pending, delivered or failed')
    .action(async (id: string, { state }: { state?: string }, command: Command) => {
      const { connection, output } = await openConnection(command, 'tenant')
      await showList(output, connection.list<Record>(`${pathOf(id)}/deliveries`, { state }), deliveryColumns)
    })
}

function addReplay(group: Command) {
  about(group, 'replay', 'Send events to a webhook again')
    .option(
      '--since <date>',
      'all of this day or time and later, 2024-05-31 or 2024-05-31T09:00:00Z',
      readTime,
    )
    .option('--events <id...>', 'those of these ids')
    .action(async (id: string, given: { since?: string; events?: string[] }, command: Command) => {
      const { connection, output } = await openConnection(command, 'tenant')
      const { since, events } = given
      const body = { since, events: events?.map(Number) }
      showRecord(output, await connection.post<Record>(`${pathOf(id)}/replay`, body))
    })
}

function about(group: Command, verb: string, description: string): Command {
  return group.command(verb).description(description).argument('<webhook>', 'id')
}

const pathOf = (id: string) => `${path}/${encodeURIComponent(id)}`

function showWithSecret(output: Output, { secret, ...webhook }: Record) {
  output.json({ ...webhook, secret })
  if (output.isJson) return
  showRecord(output, webhook)
  output.line(`\n${bold(String(secret))}\nHand it to the receiver: it cannot be shown again.`)
}
