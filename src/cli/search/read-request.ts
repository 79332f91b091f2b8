import { type Command, InvalidArgumentError } from 'commander'
import { CommandFailure } from '../failure.ts'

export type SearchOptions = {
  space?: string[]
  mode?: string
  limit?: number
  like?: string
  sort?: string
  minScore?: number
  cursor?: string
  groupByFile?: true
  chunksPerFile?: number
  context?: number
  facet?: string[]
  correct?: boolean
  type?: string[]
  origin?: string[]
  file?: string[]
  folder?: string[]
  after?: string
  before?: string
  metadata?: Record<string, unknown>
  filter?: Record<string, unknown>
}

export function addSearchOptions(command: Command): Command {
  return command
    .option(
      '--space <space...>',
      'ids or slugs, or * for every one the key may read; left out, the default space',
    )
    .option('--mode <mode>', 'hybrid, text or vector')
    .option('--like <id>', 'instead of words: more like this file (fil_…) or chunk (chk_…)')
    .option('--type <type...>', 'media types, or groups of them such as image/*')
    .option('--origin <origin...>', 'where files come from')
    .option('--file <id...>', 'only these files')
    .option('--folder <id...>', 'only files in these folders, at any depth')
    .option(
      '--after <date>',
      'made at this day or time or later, 2024-05-31 or 2024-05-31T09:00:00Z',
      readTime,
    )
    .option('--before <date>', 'made before', readTime)
    .option('--metadata <key=value>', 'has this value; may be repeated', collectMetadata)
    .option('--filter <json>', 'any other filter, as the API takes it', readJson)
    .option('--sort <order>', 'relevance, newest or oldest')
    .option('--min-score <number>', 'leave out what scores less', readNumber)
    .option('--limit <number>', 'results at most, 1 to 100', wholeNumber)
    .option('--cursor <cursor>', 'go on after the results that ended with it')
    .option('--group-by-file', 'one result per file')
    .option('--chunks-per-file <number>', 'places of each file, 1 to 5; groups by file', wholeNumber)
    .option('--context <number>', 'chunks to show before and after each result, at most 3', wholeNumber)
    .option('--no-correct', 'look for every word as it is spelled')
    .option(
      '--facet <name...>',
      'count matches by type, origin, space, folder, created_month or metadata.<key>',
    )
}

/** The body of the request. @throws CommandFailure */
export function readRequest(words: readonly string[], options: SearchOptions): Record<string, unknown> {
  const { folder, like, mode, limit, sort, minScore, cursor, groupByFile, chunksPerFile, context, facet } =
    options
  if (words.length > 0 === (like !== undefined))
    throw new CommandFailure('usage', 'Give either words or --like.')
  const filter = readFilter(options)
  return {
    ...(like === undefined ? { query: words.join(' ') } : { like: sourceOf(like) }),
    ...spacesOf(options),
    folders: folder,
    ...(Object.keys(filter).length === 0 ? {} : { filter }),
    mode,
    limit,
    sort,
    min_score: minScore,
    cursor,
    group_by_file: groupByFile ?? (chunksPerFile === undefined ? undefined : true),
    chunks_per_file: chunksPerFile,
    context,
    facets: facet,
    correct: options.correct === false ? false : undefined,
  }
}

function sourceOf(id: string) {
  return id.startsWith('chk_') ? { chunk: id } : { file: id }
}

function readFilter({ filter, type, origin, file, after, before, metadata }: SearchOptions) {
  const own = { type, origin, files: file, created_after: after, created_before: before, metadata }
  const given = Object.entries(own).filter(([, value]) => value !== undefined)
  return { ...filter, ...Object.fromEntries(given) }
}

/** `*` has to be said, and means every space only when it stands alone. */
export function spacesOf({ space }: { space?: string[] }): { spaces?: string | string[] } {
  if (space === undefined) return {}
  return { spaces: space.length === 1 && space[0] === '*' ? '*' : space }
}

export function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.')
  return Number(text)
}

export function readNumber(text: string): number {
  if (!/^\d{1,9}(\.\d{1,9})?$/.test(text)) throw new InvalidArgumentError('It must be a number.')
  return Number(text)
}

/** A day begins at midnight UTC. */
export function readTime(text: string): string {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : text
}

/** `year=2024` is a number, `year="2024"` a text, and so is all that is no JSON. */
export function collectMetadata(text: string, before: Record<string, unknown> = {}): Record<string, unknown> {
  const [key = '', ...rest] = text.split('=')
  if (key === '' || rest.length === 0) throw new InvalidArgumentError('It must be key=value.')
  return { ...before, [key]: scalarOf(rest.join('=')) }
}

function scalarOf(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    return ['string', 'number', 'boolean'].includes(typeof value) ? value : text
  } catch {
    return text
  }
}

export function readJson(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value }
  } catch {
    // said below
  }
  throw new InvalidArgumentError('It must be a JSON object.')
}
