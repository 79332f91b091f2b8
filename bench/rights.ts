import {
  databaseOptions,
  databaseSettings,
  readCount,
  readOptions,
  runCommand,
} from './command/run-command.ts'
import { medianRatio, writeInterval } from './command/median-ratio.ts'
import { printTable } from './command/print-table.ts'
import { prepareCallers } from './rights/prepare-callers.ts'
import { type Pair, timeBeside } from './rights/time-beside.ts'
import { createDataDirectory, openApi } from './server/data-directory.ts'
import { startServer } from './server/start-server.ts'
import { median } from './speed/measure-search.ts'

const usage = `npm run bench:rights [-- --documents 200] [--grants 10000] [--samples 400] [--json]
    [--database-url URL --migration-database-url URL]`

/**
 * What rights cost: requests of keys that act for users beside the same requests of a key that acts for nobody, in turns.
 * The tenant has documents of 30 chunks, of which the restricted user may read one in a hundred.
 */
await runCommand(usage, async () => {
  const values = readOptions({
    ...databaseOptions,
    documents: { type: 'string', default: '200' },
    grants: { type: 'string', default: '10000' },
    samples: { type: 'string', default: '400' },
    json: { type: 'boolean', default: false },
  })
  const dataDir = createDataDirectory()
  const server = startServer({ dataDir, settings: databaseSettings(values) })
  try {
    const url = await server.ready
    const size = {
      documents: readCount('documents', values.documents),
      grants: readCount('grants', values.grants),
    }
    const callers = await prepareCallers(url, await openApi(url, dataDir, 'platform'), size)
    const found = await timeBeside(callers, readCount('samples', values.samples))
    const findings = [...found].map(([what, pairs]) => summarise(what, pairs))
    if (values.json) console.log(JSON.stringify(findings))
    else print(findings)
    return 0
  } finally {
    await server.stop()
  }
})

type Finding = ReturnType<typeof summarise>

function summarise(what: string, pairs: Pair[]) {
  return {
    what,
    freeMs: median(pairs.map(({ freeMs }) => freeMs)),
    heldMs: median(pairs.map(({ heldMs }) => heldMs)),
    differenceMs: median(pairs.map(({ heldMs, freeMs }) => heldMs - freeMs)),
    ...medianRatio(pairs.map(({ heldMs, freeMs }) => heldMs / freeMs)),
  }
}

function print(findings: Finding[]): void {
  printTable(
    ['request', 'of nobody ms', 'of a user ms', 'difference ms', 'ratio', 'interval of 95 %'],
    findings.map((found) => [
      found.what,
      found.freeMs.toFixed(3),
      found.heldMs.toFixed(3),
      found.differenceMs.toFixed(3),
      found.ratio.toFixed(3),
      writeInterval(found),
    ]),
  )
}
