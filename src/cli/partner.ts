import { Command } from 'commander'
import { addConnectionOptions, openConnection } from './open-connection.ts'
import { type Record, showList, showRecord } from './show-record.ts'
import { get, post, remove, verbsAbout } from './verbs-about.ts'

const columns = ['id', 'slug', 'name', 'status', 'created_at']

export function partnerCommand(): Command {
  const group = addConnectionOptions(new Command('partner')).description('Those who resell to tenants')
  group
    .command('create')
    .description('Create a partner')
    .argument('<slug>', 'lower-case name, unique')
    .option('--name <name>', 'name for people')
    .action(async (slug: string, options: { name?: string }, command: Command) => {
      const { connection, output } = await openConnection(command, 'platform')
      showRecord(output, await connection.post<Record>('/v1/partners', { slug, ...options }))
    })
  group
    .command('list')
    .description('List partners')
    .action(async (_options: unknown, command: Command) => {
      const { connection, output } = await openConnection(command, 'platform')
      await showList(output, connection.list<Record>('/v1/partners'), columns)
    })
  const addVerb = verbsAbout(group, {
    argument: '<partner>',
    how: 'id or slug',
    path: '/v1/partners',
    owner: 'platform',
  })
  addVerb('get', 'Show a partner', get)
  addVerb('suspend', 'Stop every key of a partner and of its tenants', post('suspend'))
  addVerb('resume', 'Undo a suspension', post('resume'))
  addVerb('delete', 'Delete a partner that has no tenants, with its keys', remove)
  return group
}
