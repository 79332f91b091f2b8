import { findPostgres, type PostgresPrograms } from './find-postgres.ts'
import { runVitest, type Tally } from './run-vitest.ts'
import { withCluster } from './with-cluster.ts'

export type Selection = {
  /** Projects of vitest.config.ts for the embedded database, and those that depend on the database. */
  embedded: string[]
  server: string[]
  /** Parts of names of test files; none: all. */
  filters: string[]
}

/**
 * Runs tests on the embedded database, then what depends on the database again on server PostgreSQL, where there is
 * one. The last line is `N passed, N failed` over all runs; the exit code says whether all is well.
 * @param types what was tested before without a database
 */
export async function runDatabases(selection: Selection, types?: Tally): Promise<void> {
  const interrupted = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => interrupted.abort())
  const { signal } = interrupted
  const embedded = await runVitest(selection.embedded, selection.filters, undefined, signal)
  const run = (url: string) => runVitest(selection.server, selection.filters, url, signal)
  const server = signal.aborted ? 'The tests were interrupted.' : await runOnServer(run, signal)
  report(selection, types, embedded, server)
}

type Run = (url: string) => Promise<Tally>
type ServerRun = Tally & { where: string }

/** The result, or the sentence that says why there is none. */
async function runOnServer(run: Run, signal: AbortSignal): Promise<ServerRun | string> {
  const given = process.env['TEST_DATABASE_URL']
  if (given) return { ...(await run(given)), where: `TEST_DATABASE_URL (${new URL(given).host})` }
  const programs = await findPostgres()
  return typeof programs === 'string' ? programs : runOnCluster(run, programs, signal)
}

async function runOnCluster(
  run: Run,
  programs: PostgresPrograms,
  signal: AbortSignal,
): Promise<ServerRun | string> {
  const where = `${programs.version}, throw-away cluster made with ${programs.folder}`
  try {
    return { ...(await withCluster(programs, signal, run)), where }
  } catch (error) {
    if (signal.aborted) return 'The tests were interrupted.'
    console.error(error)
    return { passed: 0, failed: 1, where: `${where}, which did not start` }
  }
}

function report(selection: Selection, types: Tally | undefined, embedded: Tally, server: ServerRun | string) {
  const runs = [types, embedded, typeof server === 'string' ? undefined : server].filter(
    (run) => run !== undefined,
  )
  if (types) console.log(`\nTypes: ${inWords(types)}`)
  console.log('\nDatabases')
  console.log(`  embedded PostgreSQL: ran ${selection.embedded.join(', ')}: ${inWords(embedded)}`)
  console.log(
    typeof server === 'string'
      ? `  server PostgreSQL: did NOT run. ${server}`
      : `  server PostgreSQL: ran ${selection.server.join(', ')}: ${inWords(server)} (${server.where})`,
  )
  const passed = runs.reduce((sum, tally) => sum + tally.passed, 0)
  const failed = runs.reduce((sum, tally) => sum + tally.failed, 0)
  if (passed + failed === 0) console.log('No test matched.')
  console.log(inWords({ passed, failed }))
  process.exitCode = failed > 0 || passed === 0 ? 1 : 0
}

function inWords({ passed, failed }: Tally): string {
  return `${passed} passed, ${failed} failed`
}
