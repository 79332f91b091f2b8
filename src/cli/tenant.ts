import { Command } from 'commander'
import { eraseTenant } from './erase-tenant.ts'
import { addConnectionOptions, openConnection } from './open-connection.ts'
import { type Record, showList, showRecord } from './show-record.ts'
import { get, post, verbsAbout } from './verbs-about.ts'

const columns = ['id', 'slug', 'name', 'status', 'external_id', 'created_at']

export function tenantCommand(): Command {
  const group = addConnectionOptions(new Command('tenant')).description(
    'Customers, each behind walls of its own',
  )
  group
    .command('create')
    .description('Create a tenant with its default space')
    .argument('<slug>', 'lower-case name, unique within its partner')
    .option('--name <name>', 'name for people')
    .option('--external-id <id>', 'your own identity for it')
    .option('--partner <partner>', 'id or slug; left out, your own partner')
    .action((slug: string, { externalId, ...options }: CreateOptions, command: Command) =>
      create({ slug, ...options, ...(externalId === undefined ? {} : { external_id: externalId }) }, command),
    )
  group
    .command('list')
    .description('List the tenants this key may see')
    .option('--status <status>', 'active, suspended, archived or erasing')
    .option('--partner <partner>', 'id or slug')
    .action(async (options: { status?: string; partner?: string }, command: Command) => {
      const { connection, output } = await openConnection(command, 'platform')
      await showList(output, connection.list<Record>('/v1/tenants', options), columns)
    })
  const addVerb = verbsAbout(group, {
    argument: '<tenant>',
    how: 'id or slug',
    path: '/v1/tenants',
    owner: 'platform',
  })
  addVerb('get', 'Show a tenant', get)
  addVerb('suspend', 'Stop every key and job of a tenant from the next request on', post('suspend'))
  addVerb('resume', 'Undo a suspension or an archiving', post('resume'))
  addVerb('archive', 'Put a tenant out of use; its data stays', post('archive'))
  group
    .command('erase')
    .description('Erase a tenant with everything it has, for good, and wait for the end')
    .argument('<tenant>', 'id or slug')
    .option('--yes', 'do not ask for the slug again')
    .action(async (tenant: string, { yes = false }: { yes?: boolean }, command: Command) =>
      eraseTenant(await openConnection(command, 'platform'), tenant, yes),
    )
  return group
}

type CreateOptions = { name?: string; externalId?: string; partner?: string }

async function create(body: object, command: Command) {
  const { connection, output } = await openConnection(command, 'platform')
  const tenant = await connection.post<Record>('/v1/tenants', body)
  showRecord(output, tenant)
  output.line(`\nA key for it: bulkhead key create "first key" --tenant ${String(tenant['slug'])}`)
}
