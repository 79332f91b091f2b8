import { Command } from 'commander'
import {
  addFilters,
  addListOptions,
  type FilterOptions,
  filterOf,
  type ListOptions,
  listSome,
} from './filter-events.ts'
import { followEvents, type Told } from './events/follow-events.ts'
import { type Digest, showDigest } from './events/show-digest.ts'
import { addConnectionOptions, openConnection } from './open-connection.ts'
import { printable } from './output.ts'
import { readTime } from './search/read-request.ts'
import { showList } from './show-record.ts'

const columns = ['created_at', 'id', 'type', 'subject.name', 'subject.id', 'actor.name']

export function eventsCommand(): Command {
  const group = addConnectionOptions(new Command('events')).description(
    'What happens in a tenant: the feed of its events',
  )
  addListOptions(group.command('list').description('List events, newest first')).action(
    async (options: ListOptions, command: Command) => {
      const { connection, output } = await openConnection(command, 'tenant')
      await showList(output, listSome(connection, '/v1/events', options), columns)
    },
  )
  addFilters(group.command('tail').description('Show events as they happen, until Ctrl-C'))
    .option('--after <id>', 'begin after the event of this id, 0 for all there are; left out, from now on')
    .action(tail)
  addDigest(group)
  return group
}

type DigestOptions = { period?: string; since?: string; until?: string; space?: string; plain?: boolean }

function addDigest(group: Command) {
  group
    .command('digest')
    .description('Say what changed in a while, in words and short lists')
    .option('--period <period>', 'day, week or month, up to now (default: week)')
    .option('--since <date>', 'instead: after this day or time, 2024-05-31 or 2024-05-31T09:00:00Z', readTime)
    .option('--until <date>', 'with --since: up to this day or time; now when left out', readTime)
    .option('--space <space>', 'only in this space, by id or slug')
    .option('--plain', 'leave the words as they are put together without a model')
    .action(async ({ period, since, until, space, plain }: DigestOptions, command: Command) => {
      const { connection, output } = await openConnection(command, 'tenant')
      const phrase = plain ? 'false' : undefined
      const query = { period, created_after: since, created_before: until, space, phrase }
      showDigest(output, await connection.get<Digest>('/v1/events/digest', query))
    })
}

async function tail({ after, ...filters }: FilterOptions & { after?: string }, command: Command) {
  const { connection, output } = await openConnection(command, 'tenant')
  const stopped = new AbortController()
  const stop = () => stopped.abort()
  process.once('SIGINT', stop).once('SIGTERM', stop)
  const following = {
    after,
    signal: stopped.signal,
    onLost: (seconds: number) => output.note(`The connection was lost; trying again in ${seconds} s.`),
  }
  try {
    for await (const event of followEvents(connection, filterOf(filters), following)) {
      output.json(event)
      output.line(lineOf(event))
    }
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop)
  }
}

function lineOf({ created_at, id, type, subject, actor }: Told): string {
  const names = [subject.name ?? subject.id, actor.name ?? actor.id]
  return [created_at, id, type, ...names.map(printable)].join('  ')
}
