import { type Route, readRouteTable } from '../routes/route-table.ts'
import { runStatement } from '../run-statement.ts'
import { seeded } from '../seeded.ts'
import { client } from '../server/client.ts'
import { createPoliteFetch } from '../server/polite-fetch.ts'
import type { Server } from '../server/server.ts'
import type { Given } from '../statement.ts'
import { statements } from '../statements.ts'
import { createWorld, createWorldWithin } from '../world/create-world.ts'
import { nameRun } from '../world/name-run.ts'
import type { Run } from '../world/world.ts'
import { admitKeys, type Keys } from './admit-keys.ts'
import { cleanUp, findMade, leftBefore, longestRunMs, ofRun } from './clean-up.ts'
import { type Report, reportOn, type StatementReport, verdictOn } from './report.ts'

export type CheckOptions = {
  url: string
  keys: Keys
  /** For statements that can make any number of probes. */
  probes: number
  /** Requests at a time. */
  concurrency: number
  signal?: AbortSignal
  onProgress?: (progress: Progress) => void
  onStatement?: (report: StatementReport) => void
}

/** `done` and `expected` over all statements. */
export type Progress = { statement: string; done: number; expected: number }

/**
 * Tries every statement against a running server, in tenants or spaces of the check's own, and removes them again.
 * @throws CheckRefused when it cannot begin; ServerUnavailable
 */
export async function checkIsolation(options: CheckOptions): Promise<Report> {
  const { url, keys, concurrency } = options
  const startedAt = new Date()
  let requests = 0
  const server = { url, fetch: createPoliteFetch({ concurrency, onRequest: () => requests++ }) }
  const runBy = await admitKeys(server, keys)
  const { version, routes } = await readRouteTable(server)
  const removedBefore = await cleanUp(server, keys, leftBefore(longestRunMs))
  const database = await databaseOf(server, keys)
  const run = nameRun()
  let tried: StatementReport[] = []
  let cleaning
  try {
    tried = await tryAll(server, run, routes, options)
  } finally {
    cleaning = await cleanAfter(server, keys, run)
  }
  return {
    verdict: verdictOn(tried),
    server: { url, version, database },
    run_by: runBy,
    started_at: startedAt.toISOString(),
    took_ms: Date.now() - startedAt.getTime(),
    probes: tried.reduce((sum, { probes }) => sum + probes, 0),
    requests,
    statements: tried,
    cleaning: { removed_before: removedBefore, ...cleaning },
  }
}

async function tryAll(
  server: Server,
  run: Run,
  routes: Route[],
  { keys, probes, signal: stop, onProgress, onStatement }: CheckOptions,
): Promise<StatementReport[]> {
  const world = await ('platform' in keys
    ? createWorld({ ...server, keys }, run)
    : createWorldWithin(server, keys.tenants, run))
  const given: Given = { world, routes, probes, random: seeded(Date.now()) }
  const expected = new Map(statements.map((one) => [one, one.expectedProbes(given)]))
  const total = (list: number[]) => list.reduce((sum, count) => sum + count, 0)
  const signal = AbortSignal.any([...(stop ? [stop] : []), AbortSignal.timeout(longestRunMs)])
  const reports: StatementReport[] = []
  for (const statement of statements) {
    const before = total(reports.map(({ probes: made }) => made))
    let done = before
    const onProbe = () => {
      // What is known of the finished ones, and the guess of those to come.
      const left = total([...expected.values()].slice(reports.length))
      onProgress?.({ statement: statement.id, done: ++done, expected: before + left })
    }
    const report = reportOn(await runStatement(statement, given, { signal, onProbe }))
    reports.push(report)
    onStatement?.(report)
  }
  return reports
}

type Cleaning = Pick<Report['cleaning'], 'left_behind' | 'problem'>

/** Removes what the run has made, and looks whether anything is left. Trouble here must not hide what was found. */
async function cleanAfter(server: Server, keys: Keys, run: Run): Promise<Cleaning> {
  try {
    await cleanUp(server, keys, ofRun(run.name))
    const left = await findMade(server, keys, ofRun(run.name))
    return { left_behind: left.map(({ item }) => item.id), problem: null }
  } catch (error) {
    return {
      left_behind: [`everything named ${run.name}-…`],
      problem: error instanceof Error ? error.message : String(error),
    }
  }
}

async function databaseOf({ url, fetch }: Server, keys: Keys): Promise<Report['server']['database']> {
  if (!('platform' in keys)) return null
  const catalogue = await client(url, keys.platform, fetch).get<Report['server']>('/v1/isolation/catalogue')
  return catalogue.status === 200 ? catalogue.body.database : null
}
