import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { findPostgres } from '../scripts/test/find-postgres.ts'
import { withCluster } from '../scripts/test/with-cluster.ts'
import { makeServerDatabase, urlOf } from '../test/support/template.ts'
import { databaseSettings, readCount, readOptions, runCommand, UsageError } from './command/run-command.ts'
import { type Finding, printActs, summariseActs } from './command/summarise-acts.ts'
import { countInside } from './events/count-inside.ts'
import { countOperations } from './events/count-operations.ts'
import { prepareActs } from './events/prepare-acts.ts'
import { type Timed, timeActs } from './command/time-acts.ts'
import { createDataDirectory, openApi } from './server/data-directory.ts'
import { type ServerProcess, startServer } from './server/start-server.ts'

const usage = 'npm run bench:events [-- --server] [--samples 100] [--operations 5000] [--json]'

await runCommand(usage, async () => {
  const values = readOptions({
    server: { type: 'boolean', default: false },
    samples: { type: 'string', default: '100' },
    operations: { type: 'string', default: '5000' },
    json: { type: 'boolean', default: false },
  })
  const sizes = {
    samples: readCount('samples', values.samples),
    operations: readCount('operations', values.operations),
  }
  const found = values.server ? await onServer(sizes) : await compare(sizes, [{}, {}, {}])
  if (values.json) console.log(JSON.stringify(found))
  else {
    printActs(found.findings, 'recorded')
    const [outside, inside] = [found.operationsPerSecond, found.insidePerSecond].map((each) =>
      each.toFixed(0),
    )
    console.log(`\n${outside} recorded operations a second over HTTP, numbered and verified`)
    console.log(`${inside} by the same handlers without HTTP, keys and clients`)
  }
  return 0
})

type Sizes = { samples: number; operations: number }

/** A cluster of its own, with a database for each part; it does not wait for its disk, so that no difference hides behind it. */
async function onServer(sizes: Sizes): Promise<Found> {
  const programs = await findPostgres()
  if (typeof programs === 'string') throw new UsageError(programs)
  return withCluster(programs, new AbortController().signal, async (superuser) => {
    const settings = async () => {
      const { database, serving, owner } = await makeServerDatabase(superuser)
      return databaseSettings({
        'database-url': urlOf(superuser, database, serving),
        'migration-database-url': urlOf(superuser, database, owner),
      })
    }
    return compare(sizes, [await settings(), await settings(), await settings()])
  })
}

type Settings = Record<string, string>
type Found = { findings: Finding[]; operationsPerSecond: number; insidePerSecond: number }

async function compare(sizes: Sizes, settings: [Settings, Settings, Settings]): Promise<Found> {
  const [ofRecorded, ofSilent, ofInside] = settings
  const recorded = await startSide(ofRecorded)
  const silent = await startSide(ofSilent, 'events/without-recording.ts')
  try {
    const sides = { with: recorded, without: silent }
    await timeActs(sides, 2)
    const times = await timeActs(sides, sizes.samples)
    await silent.server.stop()
    const key = (await readFile(join(recorded.dataDir, 'platform.key'), 'utf8')).trim()
    const operationsPerSecond = await countOperations(recorded.server, key, sizes.operations)
    await recorded.server.stop()
    const inside = { BULKHEAD_DATA_DIR: createDataDirectory(), ...ofInside }
    const insidePerSecond = await countInside(inside, sizes.operations)
    return { findings: summariseActs(times), operationsPerSecond, insidePerSecond }
  } finally {
    for (const { server } of [recorded, silent]) await server.kill()
  }
}

/** @param preload what a server loads that records nothing */
async function startSide(
  settings: Settings,
  preload?: string,
): Promise<Timed & { server: ServerProcess; dataDir: string }> {
  const dataDir = createDataDirectory()
  const server = startServer({
    dataDir,
    settings,
    nodeArguments: preload === undefined ? [] : [`--import=${new URL(preload, import.meta.url).href}`],
  })
  const url = await server.ready
  const acts = await prepareActs(await openApi(url, dataDir, 'platform'), url)
  return { server, dataDir, pid: server.pid, acts }
}
