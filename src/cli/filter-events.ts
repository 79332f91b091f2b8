import type { Command } from 'commander'
import type { Connection, Query } from './connection.ts'
import { readTime, wholeNumber } from './search/read-request.ts'
import type { Record } from './show-record.ts'

export type FilterOptions = {
  type?: string[]
  space?: string
  folder?: string
  file?: string
  user?: string
  actor?: string
  outcome?: string
  words?: string
}

/** What narrows the feed, its stream and the audit trail. */
export function addFilters(command: Command): Command {
  return command
    .option('--type <type...>', 'only these types, such as file.uploaded, or file.* for all of files')
    .option('--space <space>', 'only in this space, by id or slug')
    .option('--folder <id>', 'only in this folder, also one that is gone')
    .option('--file <id>', 'only of this file, also one that is gone')
    .option('--user <id>', 'only what was done for this user')
    .option('--actor <id>', 'only what this key, token or job did')
    .option('--outcome <outcome>', 'done or refused')
    .option('--words <words>', 'with these in the type, in the name of the subject or of the actor')
}

export function filterOf({ type, space, folder, file, user, actor, outcome, words }: FilterOptions): Query {
  return { type: type?.join(','), space, folder, file, user, actor, outcome, q: words }
}

export type ListOptions = FilterOptions & {
  since?: string
  until?: string
  after?: string
  limit: number
  order?: string
}

export function addListOptions(command: Command): Command {
  return addFilters(command)
    .option('--since <date>', 'at this day or time or later, 2024-05-31 or 2024-05-31T09:00:00Z', readTime)
    .option('--until <date>', 'before this day or time', readTime)
    .option('--after <id>', 'only those after the one of this id')
    .option('--limit <count>', 'at most so many', wholeNumber, 50)
    .option('--order <order>', 'newest or oldest first (default: newest)')
}

/** As many as are asked for, page after page. */
export async function* listSome(
  connection: Connection,
  path: string,
  options: ListOptions,
): AsyncGenerator<Record> {
  const { since, until, after, limit, order } = options
  const page = String(Math.min(Math.max(limit, 1), 200))
  const times = { created_after: since, created_before: until }
  const found = connection.list<Record>(path, { ...filterOf(options), ...times, after, order, limit: page })
  let left = limit
  for await (const record of found) {
    if (left-- <= 0) return
    yield record
    if (left === 0) return
  }
}
