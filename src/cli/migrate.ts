import { Command } from 'commander'
import { readConfig } from '../config.ts'
import { openOutput } from './output.ts'
import { explainStart } from './start-or-explain.ts'

export function migrateCommand(): Command {
  return new Command('migrate')
    .description('Bring a PostgreSQL server to the schema of this version')
    .addHelpText('after', '\nThe embedded database needs no such step: it migrates itself at each start.')
    .action((_options: unknown, command: Command) => migrate(command))
}

async function migrate(command: Command): Promise<void> {
  const output = openOutput(command.optsWithGlobals<{ json?: boolean }>().json)
  const config = readConfig()
  const { migrateDatabase } = await import('../app.ts')
  const { applied, current } = await migrateDatabase(config).catch((error: unknown) => {
    throw explainStart(error, config)
  })
  output.json({ applied, current })
  for (const name of applied) output.line(`Applied ${name}`)
  output.line(`The schema is at migration ${current}${applied.length === 0 ? ', as it was' : ''}.`)
}
