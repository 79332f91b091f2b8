import { findPostgres, type PostgresPrograms } from './test/find-postgres.ts'
import { runTypes } from './test/run-types.ts'
import { runVitest, type Tally } from './test/run-vitest.ts'
import { withCluster } from './test/with-cluster.ts'

/**
 * `npm test [-- filters]`: what must not compile, every test on the embedded database, then what depends on the database again on server
 * PostgreSQL, where there is one. The last line is `N passed, N failed` over all runs.
 */
const everything = ['unit', 'api', 'isolation', 'package']
const onServer = ['api', 'isolation']
const filters = process.argv.slice(2)

const interrupted = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => interrupted.abort())

const types = filters.length > 0 ? { passed: 0, failed: 0 } : await runTypes()
const embedded = await runVitest(everything, filters, undefined, interrupted.signal)
const server = interrupted.signal.aborted ? 'The tests were interrupted.' : await runOnServer()
report(types, embedded, server)

type ServerRun = Tally & { where: string }

/** The result, or the sentence that says why there is none. */
async function runOnServer(): Promise<ServerRun | string> {
  const given = process.env['TEST_DATABASE_URL']
  if (given) return { ...(await run(given)), where: `TEST_DATABASE_URL (${new URL(given).host})` }
  const programs = await findPostgres()
  return typeof programs === 'string' ? programs : runOnCluster(programs)
}

async function runOnCluster(programs: PostgresPrograms): Promise<ServerRun | string> {
  const where = `${programs.version}, throw-away cluster made with ${programs.folder}`
  try {
    return { ...(await withCluster(programs, interrupted.signal, run)), where }
  } catch (error) {
    if (interrupted.signal.aborted) return 'The tests were interrupted.'
    console.error(error)
    return { passed: 0, failed: 1, where: `${where}, which did not start` }
  }
}

function run(url: string): Promise<Tally> {
  return runVitest(onServer, filters, url, interrupted.signal)
}

function report(types: Tally, embedded: Tally, server: ServerRun | string) {
  const runs = [types, embedded, ...(typeof server === 'string' ? [] : [server])]
  console.log(`\nTypes: ${inWords(types)}`)
  console.log('\nDatabases')
  console.log(`  embedded PostgreSQL: ran ${everything.join(', ')}: ${inWords(embedded)}`)
  console.log(
    typeof server === 'string'
      ? `  server PostgreSQL: did NOT run. ${server}`
      : `  server PostgreSQL: ran ${onServer.join(', ')}: ${inWords(server)} (${server.where})`,
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
