import { Command, InvalidArgumentError } from 'commander'
import {
  checkIsolation,
  CheckRefused,
  cleanLeftovers,
  type Keys,
  longestRunMs,
  ServerUnavailable,
} from '#isolation/index.ts'
import { showCheck } from './isolation/show-check.ts'
import { writeReport } from './isolation/write-report.ts'
import { CommandFailure } from './failure.ts'
import { addConnectionOptions, addressOf, findAccess } from './open-connection.ts'
import { openOutput } from './output.ts'
import { wholeNumber } from './search/read-request.ts'
import { untilStopped } from './until-stopped.ts'

export function isolationCommand(): Command {
  const group = addConnectionOptions(new Command('isolation')).description(
    'Prove the walls between customers on a running server',
  )
  group
    .command('check')
    .description('Try to get past the walls in every way known, from outside, and report what was found')
    .addHelpText('after', `\n${explanation}`)
    .option('--keys <keys...>', 'two keys of different tenants, instead of a platform key')
    .option('--probes <number>', 'questions of the statements that can ask any number', positive, 5000)
    .option('--concurrency <number>', 'requests at a time, 1 to 64', concurrency, 8)
    .option('--report <folder>', 'write isolation-report.json and isolation-report.html there')
    .action((options: CheckOptions, command: Command) => check(command, options))
  group
    .command('clean')
    .description('Remove what checks have left that were cut off')
    .option('--keys <keys...>', 'the two keys of the check, instead of a platform key')
    .option('--older-than <minutes>', 'how old it has to be', wholeNumber, longestRunMs / 60_000)
    .action((options: CleanOptions, command: Command) => clean(command, options))
  return group
}

const explanation =
  'It works in partners and tenants of its own, named isolation-check-…, and removes them again; with --keys, in\n' +
  'spaces of its own in those two tenants. What stays with others is asked for by id alone, and has to be refused.'

type KeyOptions = { keys?: string[] }
type CheckOptions = KeyOptions & { probes: number; concurrency: number; report?: string }
type CleanOptions = KeyOptions & { olderThan: number }

async function check(command: Command, { keys, probes, concurrency, report: folder }: CheckOptions) {
  const output = openOutput(command.optsWithGlobals<{ json?: boolean }>().json)
  const url = addressOf(command)
  const stopped = new AbortController()
  void untilStopped().then((signal) => stopped.abort(new Error(`it was stopped by ${signal}`)))
  const view = showCheck(output)
  const options = {
    url,
    keys: await keysFor(command, keys),
    probes,
    concurrency,
    signal: stopped.signal,
    ...view,
  }
  const report = await checkIsolation(options)
    .catch(explain)
    .finally(() => view.stop())
  if (folder !== undefined) await writeReport(folder, report)
  view.conclude(report, folder)
}

async function clean(command: Command, { keys, olderThan }: CleanOptions) {
  const output = openOutput(command.optsWithGlobals<{ json?: boolean }>().json)
  const url = addressOf(command)
  const removed = await cleanLeftovers(url, await keysFor(command, keys), olderThan * 60_000).catch(explain)
  output.json({ removed })
  output.line(removed.length === 0 ? 'Nothing was left.' : `Removed ${removed.join(', ')}.`)
}

async function keysFor(command: Command, keys: string[] | undefined): Promise<Keys> {
  if (keys === undefined) return { platform: (await findAccess(command, 'platform')).key }
  const [own, stranger, more] = keys
  if (own === undefined || stranger === undefined || more !== undefined) {
    throw new CommandFailure('usage', '--keys takes two keys, of different tenants.')
  }
  return { tenants: [own, stranger] }
}

function explain(error: unknown): never {
  if (error instanceof CheckRefused) throw new CommandFailure(error.kind, error.message)
  if (error instanceof ServerUnavailable) throw new CommandFailure('upstream', error.message)
  throw error
}

function positive(text: string): number {
  const number = wholeNumber(text)
  if (number < 1) throw new InvalidArgumentError('It must be at least 1.')
  return number
}

function concurrency(text: string): number {
  const number = positive(text)
  if (number > 64) throw new InvalidArgumentError('It must be at most 64.')
  return number
}
