import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Command } from 'commander'
import type { CatalogueReport } from '#features/lifecycle/index.ts'
import type { App } from '../app.ts'
import { type Config, ConfigError, readConfig } from '../config.ts'
import { CommandFailure } from './failure.ts'
import { openOutput, type Output } from './output.ts'
import { startOrExplain } from './start-or-explain.ts'

export function doctorCommand(): Command {
  return new Command('doctor')
    .description('Check settings, database and what is stored; changes nothing')
    .addHelpText(
      'after',
      '\nWith the embedded database, stop the server first: only one process can open it.',
    )
    .action((_options: unknown, command: Command) => examine(command))
}

type Check = { check: string; ok: boolean; detail: string }

async function examine(command: Command): Promise<void> {
  const output = openOutput(command.optsWithGlobals<{ json?: boolean }>().json)
  let failed = 0
  for await (const check of checks(output)) {
    report(output, check)
    if (!check.ok) failed++
  }
  if (failed > 0)
    throw new CommandFailure('failedCheck', `${failed} ${failed === 1 ? 'check' : 'checks'} failed.`)
  output.line('Everything is in order.')
}

function report(output: Output, check: Check) {
  output.json(check)
  output.line(`${check.ok ? 'ok    ' : 'FAILED'}  ${check.check.padEnd(13)}  ${check.detail}`)
}

/** Each check needs the one before it: the first failure of the outer ones is the last line. */
async function* checks(output: Output): AsyncGenerator<Check> {
  const config = configOrProblems()
  if (Array.isArray(config)) {
    for (const detail of config) yield { check: 'configuration', ok: false, detail }
    return
  }
  yield { check: 'configuration', ok: true, detail: 'every setting is valid' }
  // Opening would create it, and a check-up must not leave anything behind.
  if (config.databaseUrl === undefined && !existsSync(join(config.dataDir, 'postgres'))) {
    yield { check: 'database', ok: false, detail: `there is none in ${config.dataDir} yet` }
    return
  }
  yield* storedChecks(config, output)
}

function configOrProblems(): Config | string[] {
  try {
    return readConfig()
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
}

async function* storedChecks(config: Config, output: Output): AsyncGenerator<Check> {
  // A schema that is behind is reported, not repaired: that is what `migrate` is for.
  const readOnly = { ...config, migrationDatabaseUrl: undefined, logLevel: 'silent' as const }
  const app = await startOrExplain(readOnly, { http: false, worker: false }).catch((error: unknown) => {
    if (error instanceof CommandFailure) return error
    throw error
  })
  if (app instanceof CommandFailure) {
    yield { check: 'database', ok: false, detail: app.message }
    return
  }
  try {
    yield { check: 'database', ok: true, detail: `${app.kind}, opened, schema current` }
    yield describeReading(app)
    yield describeIsolation(await app.examineIsolation())
    const { tenants, files, findings } = await app.checkIntegrity()
    for (const { tenant, file, problem } of findings) {
      yield { check: 'stored', ok: false, detail: `tenant ${tenant}: ${file ? `${file} ` : ''}${problem}` }
    }
    if (findings.length === 0) {
      yield {
        check: 'stored',
        ok: true,
        detail: `${files} files of ${tenants} tenants agree with jobs, chunks, index and bytes`,
      }
    }
    yield* sealChecks(app, output)
  } finally {
    await app.close()
  }
}

async function* sealChecks(app: App, output: Output): AsyncGenerator<Check> {
  const { pieces, findings } = await app.checkSeals((tenant, tried) =>
    output.redraw(`opening what is sealed: tenant ${tenant}, ${tried} pieces so far`),
  )
  output.redraw('')
  for (const { tenant, problem } of findings) {
    yield { check: 'sealed', ok: false, detail: `tenant ${tenant}: ${problem}` }
  }
  if (findings.length === 0) yield { check: 'sealed', ok: true, detail: `all ${pieces} sealed pieces open` }
}

/** What is missing weakens the walls around reading processes and is said; it is no reason not to run. */
function describeReading(app: App): Check {
  const said = app
    .readingGuards()
    .map(({ name, isOn, detail }) => `${name}${isOn ? '' : ' missing'}: ${detail}`)
  return { check: 'reading', ok: true, detail: said.join('; ') }
}

/** A start refuses what it finds, so what is told here as found came in the moment after. */
function describeIsolation({ checks }: CatalogueReport): Check {
  const found = checks.flatMap(({ findings }) =>
    findings.map(({ object, problem }) => `${object} ${problem}`),
  )
  const examined = checks.reduce((sum, check) => sum + check.examined, 0)
  const { length } = checks
  return {
    check: 'isolation',
    ok: found.length === 0,
    detail:
      found.length === 0
        ? `${examined} objects of the catalogue agree with ${length} statements`
        : found.join('; '),
  }
}
