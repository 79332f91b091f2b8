import { Command, Option } from 'commander'
import { addExport } from './audit/export.ts'
import { addRedact } from './audit/redact.ts'
import { addVerify } from './audit/verify.ts'
import { addListOptions, type ListOptions, listSome } from './filter-events.ts'
import { addConnectionOptions, openConnection } from './open-connection.ts'
import { wholeNumber } from './search/read-request.ts'
import { type Record, showList, showRecord } from './show-record.ts'

const columns = ['created_at', 'id', 'type', 'outcome', 'subject.name', 'subject.id', 'actor.name', 'address']

export function auditCommand(): Command {
  const group = addConnectionOptions(new Command('audit')).description(
    'Who did what: the audit trail of a tenant, a partner or the platform, whosever key it is',
  )
  addListOptions(group.command('list').description('List entries, newest first')).action(
    async (options: ListOptions, command: Command) => {
      const { connection, output } = await openConnection(command, 'tenant')
      await showList(output, listSome(connection, '/v1/audit', options), columns)
    },
  )
  group
    .command('head')
    .description('Show the newest entry and its hash, to keep elsewhere')
    .action(async (_options: unknown, command: Command) => {
      const { connection, output } = await openConnection(command, 'tenant')
      showRecord(output, await connection.get<Record>('/v1/audit/head'))
    })
  addSettings(group)
  addExport(group)
  addVerify(group)
  addRedact(group)
  return group
}

type SettingsOptions = { reads?: string; keepDays?: number | 'forever' }

function addSettings(group: Command) {
  const path = '/v1/audit/settings'
  group
    .command('settings')
    .description('Show whether reading is recorded too and for how long all is kept, or say so')
    .addOption(
      new Option('--reads <how>', 'off: not; soon: within a second; first: before it is answered').choices([
        'off',
        'soon',
        'first',
      ]),
    )
    .option('--keep-days <days>', 'after so many days an entry ends; forever: never', (text) =>
      text === 'forever' ? text : wholeNumber(text),
    )
    .action(async ({ reads, keepDays }: SettingsOptions, command: Command) => {
      const { connection, output } = await openConnection(command, 'tenant')
      const settings =
        reads === undefined && keepDays === undefined
          ? await connection.get<Record>(path)
          : await connection.patch<Record>(path, {
              records_reads: reads,
              keeps_days: keepDays === 'forever' ? null : keepDays,
            })
      showRecord(output, settings)
    })
}
