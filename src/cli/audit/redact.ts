import { type Command, Option } from 'commander'
import { detailNames } from '#platform/events/index.ts'
import { confirm } from '../confirm.ts'
import { CommandFailure } from '../failure.ts'
import { openConnection } from '../open-connection.ts'
import { type Record, showRecord } from '../show-record.ts'

type Options = { entries?: string[]; details?: string[]; yes?: boolean }

export function addRedact(group: Command): void {
  group
    .command('redact')
    .description('Take out of entries what they say about somebody; the chain stays whole')
    .argument('[id]', 'of a user, a key, or anything else that is in the trail')
    .option('--entries <id...>', 'these entries instead')
    .addOption(new Option('--details <name...>', 'of these entries only this').choices(detailNames))
    .option('--yes', 'do not ask')
    .action(async (id: string | undefined, options: Options, command: Command) => {
      const { entries, details, yes = false } = options
      if ((id === undefined) === (entries === undefined))
        throw new CommandFailure('usage', 'Which entries?', { advice: 'Give an id, or --entries.' })
      const { connection, output } = await openConnection(command, 'tenant')
      const name = id ?? 'redact'
      if (!yes) await confirm(output, `It will be gone for good. Type ${name} to go on: `, name)
      const body = id === undefined ? { entries: entries?.map(Number), details } : { about: id, details }
      showRecord(output, await connection.post<Record>('/v1/audit/redact', body))
    })
}
