import { Command } from 'commander'
import manifest from '../../package.json' with { type: 'json' }
import { alertCommand } from './alert.ts'
import { askCommand } from './ask.ts'
import { auditCommand } from './audit.ts'
import { demoCommand } from './demo.ts'
import { doctorCommand } from './doctor.ts'
import { embedderCommand } from './embedder.ts'
import { eventsCommand } from './events.ts'
import { rerankerCommand } from './reranker.ts'
import { describeExitCodes } from './failure.ts'
import { accessCommand, grantCommand } from './grant.ts'
import { groupCommand } from './group.ts'
import { fileCommand } from './file.ts'
import { folderCommand } from './folder.ts'
import { ingestCommand } from './ingest.ts'
import { invitationCommand } from './invitation.ts'
import { insightCommand } from './insight.ts'
import { isolationCommand } from './isolation.ts'
import { keyCommand } from './key.ts'
import { keyringCommand } from './keyring.ts'
import { migrateCommand } from './migrate.ts'
import { modelCommand } from './model.ts'
import { partnerCommand } from './partner.ts'
import { portalCommand } from './portal.ts'
import { roleCommand } from './role.ts'
import { searchCommand } from './search.ts'
import { serveCommand } from './serve.ts'
import { spaceCommand } from './space.ts'
import { tenantCommand } from './tenant.ts'
import { userCommand } from './user.ts'
import { webhookCommand } from './webhook.ts'

/** The whole command line as commander's own definition: it runs, and the reference is generated from it. */
export function buildProgram(): Command {
  const program = new Command('bulkhead')
    .description('A watertight document workspace for every customer of a B2B SaaS product.')
    .version(manifest.version)
    .option('--json', 'print JSON: one document, or one a line for lists and progress')
    .configureHelp({ showGlobalOptions: true })
    .addHelpText('after', `\nExit codes: ${describeExitCodes()}.`)
    .exitOverride()
  const commands = [
    serveCommand(),
    demoCommand(),
    migrateCommand(),
    doctorCommand(),
    partnerCommand(),
    tenantCommand(),
    spaceCommand(),
    embedderCommand(),
    rerankerCommand(),
    modelCommand(),
    userCommand(),
    groupCommand(),
    roleCommand(),
    grantCommand(),
    accessCommand(),
    invitationCommand(),
    keyCommand(),
    portalCommand(),
    keyringCommand(),
    folderCommand(),
    fileCommand(),
    ingestCommand(),
    searchCommand(),
    insightCommand(),
    askCommand(),
    eventsCommand(),
    auditCommand(),
    webhookCommand(),
    alertCommand(),
    isolationCommand(),
  ]
  for (const command of commands) program.addCommand(inherit(command, program))
  return program
}

/** `addCommand` hands nothing down, and a command that exits by itself would exit with 1 instead of 2. */
function inherit(command: Command, parent: Command): Command {
  command.copyInheritedSettings(parent)
  for (const child of command.commands) inherit(child, command)
  return command
}
