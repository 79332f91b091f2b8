import { readFile } from 'node:fs/promises'
import { Command } from 'commander'
import { CommandFailure } from './failure.ts'
import { addConnectionOptions, openConnection } from './open-connection.ts'
import { type Output, printable } from './output.ts'
import { type Record, showList, showRecord } from './show-record.ts'
import { get, post, verbsAbout } from './verbs-about.ts'

const columns = ['id', 'slug', 'name', 'status', 'intelligence', 'created_at']

export function spaceCommand(): Command {
  const group = addConnectionOptions(new Command('space')).description(
    'Spaces of the tenant that the key belongs to',
  )
  group
    .command('create')
    .description('Create a space')
    .argument('<slug>', 'lower-case name, unique within the tenant')
    .option('--name <name>', 'name for people')
    .option('--external-id <id>', 'your own identity for it')
    .option('--store-only', 'keep files without reading and indexing them')
    .action(async (slug: string, options: CreateOptions, command: Command) => {
      const { connection, output } = await openConnection(command, 'tenant')
      showRecord(output, await connection.post<Record>('/v1/spaces', newSpace(slug, options)))
    })
  group
    .command('list')
    .description('List the spaces this key may see')
    .action(async (_options: unknown, command: Command) => {
      const { connection, output } = await openConnection(command, 'tenant')
      await showList(output, connection.list<Record>('/v1/spaces'), columns)
    })
  const addVerb = verbsAbout(group, { argument: '<space>', how: 'id or slug', path: '/v1/spaces' })
  addVerb('get', 'Show a space', get)
  addVerb('archive', 'Take no more files into a space; it stays readable', post('archive'))
  addVerb('resume', 'Undo an archiving', post('resume'))
  group
    .command('synonyms')
    .description('Show which words may stand for others in a space, or replace them')
    .argument('<space>', 'id or slug')
    .option(
      '--replace <file>',
      'JSON: {"rules": [{"equal": ["nda", …]}, {"from": "phone", "to": ["mobile"]}]}',
    )
    .action(async (space: string, { replace }: { replace?: string }, command: Command) => {
      const { connection, output } = await openConnection(command, 'tenant')
      const path = `/v1/spaces/${encodeURIComponent(space)}/synonyms`
      const rules = replace === undefined ? undefined : await readJson(replace)
      const found = rules ? connection.put<Synonyms>(path, rules) : connection.get<Synonyms>(path)
      showSynonyms(output, await found)
    })
  group
    .command('delete')
    .description('Delete a space with the keys that are bound to it')
    .argument('<space>', 'id or slug')
    .option('--force', 'its files too')
    .action(async (space: string, { force }: { force?: boolean }, command: Command) => {
      const { connection, output } = await openConnection(command, 'tenant')
      await connection.delete(`/v1/spaces/${encodeURIComponent(space)}${force ? '?force=true' : ''}`)
      showRecord(output, { deleted: space })
    })
  return group
}

type Synonyms = { rules: ({ equal: string[] } | { from: string; to: string[] })[]; updated_at: string | null }

function showSynonyms(output: Output, synonyms: Synonyms) {
  output.json(synonyms)
  if (synonyms.rules.length === 0) output.line('There are none.')
  for (const rule of synonyms.rules)
    output.line(printable('equal' in rule ? rule.equal.join(' = ') : `${rule.from} → ${rule.to.join(', ')}`))
}

/** @throws CommandFailure for a file that cannot be read or is no JSON */
async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'))
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new CommandFailure('usage', `${path} cannot be read as JSON: ${why}`)
  }
}

type CreateOptions = { name?: string; externalId?: string; storeOnly?: boolean }

function newSpace(slug: string, { name, externalId, storeOnly }: CreateOptions) {
  return {
    slug,
    ...(name === undefined ? {} : { name }),
    ...(externalId === undefined ? {} : { external_id: externalId }),
    ...(storeOnly ? { intelligence: false } : {}),
  }
}
