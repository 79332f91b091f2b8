import { mutations } from '../test/mutation/all.ts'
import { withCopies } from './mutation/copy-tree.ts'
import { findServer, type Place, withEmbedded } from './mutation/databases.ts'
import { inLanes } from './mutation/in-lanes.ts'
import { describeProgress, describeResults, type Result, sumUp } from './mutation/report.ts'
import { runTests } from './mutation/run-tests.ts'
import { tryMutation } from './mutation/try-mutation.ts'

/**
 * `npm run test:mutation [-- --server] [-- I03 key …]`: breaks each guard of isolation, one at a time and in copies of
 * this repository, and says which test noticed. Words choose statements, layers, or parts of file names and guards. The last line
 * is `N caught, M missed`.
 */
const lanes = 2
const isWithServer = process.argv.includes('--server')
const words = process.argv.slice(2).filter((word) => word !== '--server')
const chosen = mutations.filter(
  ({ guard, statement, layer, file }) =>
    words.length === 0 ||
    words.some((word) => word === statement || word === layer || `${file} ${guard}`.includes(word)),
)

const interrupted = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => interrupted.abort())
const { signal } = interrupted

const results: Result[] = []
let isRedBefore = false
await withCopies(lanes, (trees) =>
  withEmbedded(async (embedded) => {
    const jobs = await planJobs(embedded)
    for (const place of new Set(jobs.map((job) => job.place))) {
      isRedBefore ||= await isRed(trees[0]!, place, jobs)
    }
    if (!isRedBefore) await inLanes(jobs, trees, signal, (job, tree) => tryJob(job, tree, jobs.length))
  }),
)
if (isRedBefore || signal.aborted) {
  console.log(signal.aborted ? 'The run was interrupted.' : 'Nothing was tried.')
  process.exitCode = 1
}
if (!isRedBefore) {
  console.log(`\n${describeResults(results)}\n`)
  const { line, isOk } = sumUp(results)
  if (!isOk) process.exitCode = 1
  console.log(line)
}

type Job = { mutation: (typeof chosen)[number]; place: Place }

/** Each mutation on the embedded database, and on a server where it was asked for or nothing else will do. */
async function planJobs(embedded: Place): Promise<Job[]> {
  const server = await findServer(signal)
  const isMissed = isWithServer || chosen.some(({ on }) => on === 'server')
  if (typeof server === 'string' && isMissed) console.log(`Server PostgreSQL: NOT tried. ${server}`)
  return chosen.flatMap((mutation) => {
    const onEmbedded = mutation.on === 'server' ? [] : [{ mutation, place: embedded }]
    const isOnServer = typeof server !== 'string' && (isWithServer || mutation.on === 'server')
    return isOnServer ? [...onEmbedded, { mutation, place: server }] : onEmbedded
  })
}

/** A test that fails anyway would catch everything. */
async function isRed(tree: string, place: Place, jobs: Job[]): Promise<boolean> {
  const tests = new Set(jobs.filter((job) => job.place === place).flatMap(({ mutation }) => mutation.tests))
  const hasTypes = tests.delete('test/types')
  for (const kind of [...(hasTypes ? [['test/types']] : []), ...(tests.size > 0 ? [[...tests]] : [])]) {
    console.log(`Without any mutation, ${place.name}: ${kind.join(' ')}`)
    const run = await place.use(undefined, (database) =>
      runTests(tree, kind, { database, isBrief: false, signal }),
    )
    if (run.isOk) continue
    console.log(`Red without any mutation:\n${[...run.failed, run.said.trim().slice(-3000)].join('\n')}`)
    return true
  }
  return false
}

async function tryJob({ mutation, place }: Job, tree: string, total: number): Promise<void> {
  const started = performance.now()
  const outcome = await place
    .use(mutation, (database) =>
      tryMutation(mutation, tree, (tests) => runTests(tree, tests, { database, isBrief: true, signal })),
    )
    .catch((error: unknown) => ({ isCaught: false, by: String(error) }))
  if (signal.aborted) return
  const seconds = (performance.now() - started) / 1000
  const result = { ...outcome, mutation, place: place.name, seconds }
  results.push(result)
  console.log(`${String(results.length).padStart(3)}/${total} ${describeProgress(result)}`)
}
