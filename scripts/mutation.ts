import { mutations } from '../test/mutation/all.ts'
import { withCopies } from './mutation/copy-tree.ts'
import { openServer, type Place, withEmbedded } from './mutation/databases.ts'
import { inLanes } from './mutation/in-lanes.ts'
import { describeProgress, describeResults, type Result, sumUp } from './mutation/report.ts'
import { runTests } from './mutation/run-tests.ts'
import { tryMutation } from './mutation/try-mutation.ts'

/**
 * `npm run test:mutation [-- --server] [-- I03 key …]`: breaks each guard of isolation, one at a time and in copies of
 * this repository, and says which test noticed. Words choose statements, layers, or parts of file names. The last line
 * is `N caught, M missed`.
 */
const lanes = 2
const words = process.argv.slice(2).filter((word) => word !== '--server')
const chosen = mutations.filter(
  ({ statement, layer, file }) =>
    words.length === 0 || words.some((word) => word === statement || word === layer || file.includes(word)),
)

const interrupted = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => interrupted.abort())
const { signal } = interrupted

const results: Result[] = []
const isRedBefore = await withCopies(lanes, (trees) =>
  withEmbedded(async (embedded) => {
    const places = [embedded, ...(process.argv.includes('--server') ? [await openServer(signal)] : [])]
    for (const place of places) if (await isRed(trees[0]!, place)) return true
    await tryAll(trees, places)
    return false
  }),
)
if (!isRedBefore) {
  console.log(`\n${describeResults(results)}\n`)
  const { line, isOk } = sumUp(results)
  if (signal.aborted) console.log('The run was interrupted.')
  console.log(line)
  process.exitCode = isOk && !signal.aborted ? 0 : 1
}

/** A test that fails anyway would catch everything. */
async function isRed(tree: string, place: Place): Promise<boolean> {
  const tests = [...new Set(chosen.flatMap((mutation) => mutation.tests))]
  const kinds = [tests.filter((test) => test === 'test/types'), tests.filter((test) => test !== 'test/types')]
  for (const kind of kinds.filter((some) => some.length > 0)) {
    console.log(`Without any mutation, ${place.name}: ${kind.join(' ')}`)
    const run = await place.use(undefined, (database) =>
      runTests(tree, kind, { database, isBrief: false, signal }),
    )
    if (run.failed.length === 0 && run.isOk) continue
    console.log(
      signal.aborted
        ? 'The run was interrupted.'
        : `Red without any mutation:\n${run.failed.join('\n') || run.said}`,
    )
    process.exitCode = 1
    return true
  }
  return false
}

async function tryAll(trees: string[], places: Place[]): Promise<void> {
  const jobs = places.flatMap((place) => chosen.map((mutation) => ({ mutation, place })))
  await inLanes(jobs, trees, signal, async ({ mutation, place }, tree) => {
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
    console.log(`${String(results.length).padStart(3)}/${jobs.length} ${describeProgress(result)}`)
  })
}
