import { Command } from 'commander'
import { addConnectionOptions, openConnection } from './open-connection.ts'
import { bold } from './output.ts'
import { wholeNumber } from './search/read-request.ts'
import { type Record, showList, showRecord } from './show-record.ts'
import { end, verbsAbout } from './verbs-about.ts'

const path = '/v1/portal/tokens'
const columns = ['id', 'hint', 'status', 'scopes', 'space_ids', 'expires_at', 'last_used_at']

export function portalCommand(): Command {
  const group = addConnectionOptions(new Command('portal')).description(
    'Portal tokens: short-lived credentials for the browsers of your own customers',
  )
  addIssue(group)
  group
    .command('list')
    .description('List portal tokens')
    .option('--subject <external-id>', 'those of one subject')
    .action(async ({ subject }: { subject?: string }, command: Command) => {
      const { connection, output } = await openConnection(command, 'tenant')
      await showList(output, connection.list<Record>(path, { subject }), columns)
    })
  const addVerb = verbsAbout(group, { argument: '<token>', how: 'id', path })
  addVerb('revoke', 'Revoke a portal token from the next request on', end)
  group
    .command('revoke-all')
    .description('Revoke all portal tokens of a subject from the next request on')
    .argument('<subject>', 'your own identity of whom they are for')
    .action(async (subject: string, _options: unknown, command: Command) => {
      const { connection, output } = await openConnection(command, 'tenant')
      showRecord(output, await connection.post<Record>(`${path}/revoke`, { subject }))
    })
  return group
}

type IssueOptions = {
  spaces: string[]
  scopes: string[]
  folders?: string[]
  files?: string[]
  name?: string
  ttl?: number
  origins?: string[]
  maxUses?: number
}

function addIssue(group: Command) {
  group
    .command('issue')
    .description('Issue a portal token; its secret is shown this once')
    .argument('<subject>', 'your own identity of whom it is for')
    .requiredOption('--spaces <space...>', 'ids or slugs of spaces that it opens')
    .requiredOption('--scopes <scope...>', 'browse, search, ask, upload')
    .option('--folders <folder...>', 'only these folders of the spaces, by id')
    .option('--files <file...>', 'only these files of the spaces, by id')
    .option('--name <name>', 'name of the subject')
    .option('--ttl <seconds>', 'seconds until it expires; an hour when left out', wholeNumber)
    .option('--origins <origin...>', 'pages that may use it, like https://app.example.com')
    .option('--max-uses <count>', 'requests that it is good for', wholeNumber)
    .action(async (externalId: string, options: IssueOptions, command: Command) => {
      const { connection, output } = await openConnection(command, 'tenant')
      const { name, maxUses, ...given } = options
      const body = {
        ...given,
        subject: { external_id: externalId, ...(name === undefined ? {} : { name }) },
        ...(maxUses === undefined ? {} : { max_uses: maxUses }),
      }
      const { secret, ...token } = await connection.post<Record>(path, body)
      output.json({ ...token, secret })
      if (output.isJson) return
      showRecord(output, token)
      output.line(`\n${bold(String(secret))}\nHand it to the page: it cannot be shown again.`)
    })
}
