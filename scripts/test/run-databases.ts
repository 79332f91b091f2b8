import { findPostgres, findUnprivileged } from './find-postgres.ts'
import { runVitest, type Tally, type TestServer } from './run-vitest.ts'
import { withCluster } from './with-cluster.ts'
import { findPgbouncer, withPgbouncer } from './with-pgbouncer.ts'

export type Selection = {
  /** Projects of vitest.config.ts for the embedded database, those that depend on the database, and those for a pooler. */
  embedded: string[]
  server: string[]
  pooled: string[]
  /** Parts of names of test files; none: all. */
  filters: string[]
}

/** One kind of database with what came of it: the result, or the sentence that says why there is none. */
type Outcome = { on: string; projects: string[]; result: Result }
type Result = (Tally & { where?: string }) | string

type Run = (projects: string[], server?: TestServer) => Promise<Result>

/**
 * Runs tests on the embedded database, then what depends on the database again on server PostgreSQL, and what must not
 * mix callers up once more through PgBouncer, where there are such. The last line is `N passed, N failed` over all
 * runs; the exit code says whether all is well.
 * @param types what was tested before without a database
 */
export async function runDatabases(selection: Selection, types?: Tally): Promise<void> {
  const interrupted = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => interrupted.abort())
  const { signal } = interrupted
  const run: Run = async (projects, server) =>
    signal.aborted ? 'The tests were interrupted.' : runVitest(projects, selection.filters, server, signal)

  const embedded = await run(selection.embedded)
  const onServers = await withServer(signal, async (url) => ({
    server: await run(selection.server, { url }),
    pooled: await withPooler(url, (pooler) => run(selection.pooled, { url, pooler })),
  }))
  report(types, [
    { on: 'embedded PostgreSQL', projects: selection.embedded, result: embedded },
    { on: 'server PostgreSQL', projects: selection.server, result: onServers.server },
    { on: 'PgBouncer', projects: selection.pooled, result: onServers.pooled },
  ])
}

type OnServers = { server: Result; pooled: Result }

async function withServer(
  signal: AbortSignal,
  work: (url: string) => Promise<OnServers>,
): Promise<OnServers> {
  const given = process.env['TEST_DATABASE_URL']
  if (given) return located(await work(given), `TEST_DATABASE_URL (${new URL(given).host})`)
  const programs = await findPostgres()
  if (typeof programs === 'string') return { server: programs, pooled: 'There is no server PostgreSQL.' }
  const where = `${programs.version}, throw-away cluster made with ${programs.folder}`
  try {
    return located(await withCluster(programs, signal, work), where)
  } catch (error) {
    const pooled = 'The cluster did not run.'
    if (signal.aborted) return { server: 'The tests were interrupted.', pooled }
    console.error(error)
    return { server: { passed: 0, failures: [`${where}: did not run`], where }, pooled }
  }
}

function located({ server, pooled }: OnServers, where: string): OnServers {
  return { server: typeof server === 'string' ? server : { ...server, where }, pooled }
}

async function withPooler(url: string, work: (pooler: string) => Promise<Result>): Promise<Result> {
  const program = await findPgbouncer()
  if (!program) return unlessInCi('pgbouncer is not in PATH or /usr/sbin (on Debian: apt install pgbouncer).')
  const runAs = await findUnprivileged()
  if (runAs === 'missing')
    return unlessInCi('PgBouncer does not run as root, and there is no user "postgres".')
  const result = await withPgbouncer({ program, runAs, superuser: url, mode: 'transaction' }, work)
  return typeof result === 'string' ? result : { ...result, where: `${program} in transaction mode` }
}

/** CI proves everything or fails. */
function unlessInCi(reason: string): Result {
  return process.env['CI'] ? { passed: 0, failures: [reason] } : reason
}

/** What failed stands at the end, where it is found again among thousands of lines. */
function report(types: Tally | undefined, outcomes: Outcome[]) {
  if (types) console.log(`\nTypes: ${inWords(types)}${list(types)}`)
  console.log('\nDatabases')
  for (const outcome of outcomes) console.log(`  ${describe(outcome)}`)
  const tallies = [types, ...outcomes.map(({ result }) => result)]
    .filter((result) => result !== undefined)
    .filter((result) => typeof result !== 'string')
  const passed = tallies.reduce((sum, tally) => sum + tally.passed, 0)
  const failures = tallies.flatMap((tally) => tally.failures)
  if (passed + failures.length === 0) console.log('No test matched.')
  console.log(inWords({ passed, failures }))
  process.exitCode = failures.length > 0 || passed === 0 ? 1 : 0
}

function describe({ on, projects, result }: Outcome): string {
  if (typeof result === 'string') return `${on}: did NOT run. ${result}`
  const where = result.where === undefined ? '' : ` (${result.where})`
  return `${on}: ran ${projects.join(', ')}: ${inWords(result)}${where}${list(result)}`
}

function list({ failures }: Tally): string {
  return failures.map((failure) => `\n    FAILED ${failure.replaceAll('\n', '\n      ')}`).join('')
}

function inWords({ passed, failures }: Tally): string {
  return `${passed} passed, ${failures.length} failed`
}
