import { readCount, readOptions, runCommand } from './command/run-command.ts'
import { printActs, summariseActs } from './command/summarise-acts.ts'
import { type Timed, timeActs, tries } from './command/time-acts.ts'
import { assertLoads, assertStored, countLoads } from './sealing/check-side.ts'
import { indexMemoryBytes, prepareActs } from './sealing/prepare-acts.ts'
import { createDataDirectory, openApi } from './server/data-directory.ts'
import { type ServerProcess, startServer } from './server/start-server.ts'

const usage = 'npm run bench:sealing [-- --documents 100] [--megabytes 8] [--samples 100] [--json]'

await runCommand(usage, async () => {
  const values = readOptions({
    documents: { type: 'string', default: '100' },
    megabytes: { type: 'string', default: '8' },
    samples: { type: 'string', default: '100' },
    json: { type: 'boolean', default: false },
  })
  const size = {
    documents: readCount('documents', values.documents),
    fileBytes: readCount('megabytes', values.megabytes) * 1e6,
  }
  const samples = readCount('samples', values.samples)
  const sealed = await startSide(size)
  const plain = await startSide(size, 'sealing/without-sealing.ts')
  try {
    const times = await compareSides({ with: sealed, without: plain }, samples)
    const findings = summariseActs(times)
    if (values.json) console.log(JSON.stringify(findings))
    else printActs(findings, 'sealed')
  } finally {
    for (const { server } of [sealed, plain]) await server.stop()
  }
  return 0
})

type Size = { documents: number; fileBytes: number }
type Side = Timed & { server: ServerProcess; countLoads: () => Promise<number> }

/** @param preload what a server loads that seals nothing */
async function startSide(size: Size, preload?: string): Promise<Side> {
  const dataDir = createDataDirectory()
  const server = startServer({
    dataDir,
    settings: { BULKHEAD_INDEX_MEMORY_BYTES: String(indexMemoryBytes(size.documents)) },
    nodeArguments: preload === undefined ? [] : [`--import=${new URL(preload, import.meta.url).href}`],
  })
  const url = await server.ready
  process.stderr.write(`writing ${preload === undefined ? 'sealed' : 'as it is'}\n`)
  const platform = await openApi(url, dataDir, 'platform')
  const acts = await prepareActs(platform, url, size)
  await assertStored(dataDir, size.fileBytes, preload === undefined)
  return { server, pid: server.pid, acts, countLoads: () => countLoads(platform) }
}

/** Does every act on both sides, and holds how often indexes were loaded against how often they had to be. */
async function compareSides(sides: Record<'with' | 'without', Side>, samples: number) {
  // The first search loads the small index too.
  await timeActs(sides, 1)
  const both = Object.values(sides)
  const before = await Promise.all(both.map((side) => side.countLoads()))
  const times = await timeActs(sides, samples)
  for (const [i, side] of both.entries())
    assertLoads((await side.countLoads()) - (before[i] ?? 0), samples * tries)
  return times
}
