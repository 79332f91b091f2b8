import { printTable } from './command/print-table.ts'
import {
  databaseOptions,
  databaseSettings,
  readCount,
  readOptions,
  runCommand,
  UsageError,
} from './command/run-command.ts'
import { readMixed } from './ingest/read-mixed.ts'
import { readDirectly } from './ingest/read-directly.ts'
import { readThrough } from './ingest/read-through.ts'
import { watchTree } from './ingest/watch-tree.ts'
import { writePdf, writeTable } from './ingest/write-large.ts'
import { createTenant } from './server/create-tenant.ts'
import { createDataDirectory, openApi } from './server/data-directory.ts'
import type { LocalFile } from './server/read-folder.ts'
import { startServer } from './server/start-server.ts'

const usage = `npm run bench:ingest -- --set DIR … [--files 1000] [--rows 1000000] [--pages 1000] [--json]
    [--database-url URL --migration-database-url URL]`

/** Documents that are read at the same time, with the server and without. */
const processes = 2

await runCommand(usage, async () => {
  const values = readOptions({
    ...databaseOptions,
    set: { type: 'string', multiple: true },
    files: { type: 'string', default: '1000' },
    rows: { type: 'string', default: '1000000' },
    pages: { type: 'string', default: '1000' },
    json: { type: 'boolean', default: false },
  })
  if (!values.set?.length) throw new UsageError('name at least one folder with a manifest with --set')
  const mixed = await readMixed(values.set, readCount('files', values.files))
  const rows = readCount('rows', values.rows)
  const pages = readCount('pages', values.pages)
  say(`reading ${mixed.length} files without the server`)
  const direct = await readDirectly(mixed, processes)
  const found = await measureServer(databaseSettings(values), [
    { what: `${mixed.length} mixed files`, files: mixed },
    { what: `a table of ${rows} rows`, files: [writeTable(rows)] },
    { what: `a PDF of ${pages} pages`, files: [writePdf(pages)] },
  ])
  const [through] = found
  const ratio = through ? direct.seconds / through.seconds : 0
  if (values.json) console.log(JSON.stringify({ direct, found, ratio }))
  else {
    printTable(
      ['what', 'ready', 'failed', 'seconds', 'peak of the server', 'of all processes'],
      found.map(({ what, ready, failed, seconds, serverMb, allMb }) => [
        what,
        String(ready),
        String(failed),
        seconds.toFixed(1),
        `${serverMb.toFixed(0)} MB`,
        `${allMb.toFixed(0)} MB`,
      ]),
    )
    console.log(
      `\nWithout the server the mixed files took ${direct.seconds.toFixed(1)} s: the server has ${ratio.toFixed(2)} of that throughput.`,
    )
  }
  return 0
})

type Task = { what: string; files: LocalFile[] }
type Found = {
  what: string
  ready: number
  failed: number
  seconds: number
  serverMb: number
  allMb: number
}

/** The server starts anew for each task, so that none is measured in the memory that another one left. */
async function measureServer(settings: Record<string, string>, tasks: Task[]): Promise<Found[]> {
  const found: Found[] = []
  const dataDir = createDataDirectory()
  for (const [i, { what, files }] of tasks.entries()) {
    say(`reading ${what}`)
    const server = startServer({
      dataDir,
      settings: { ...settings, BULKHEAD_EXTRACTION_PROCESSES: String(processes) },
    })
    try {
      const url = await server.ready
      const api = await createTenant(await openApi(url, dataDir, 'platform'), url, `ingest-${i}`)
      const peaks = watchTree(server.pid)
      const read = await readThrough(api, files)
      found.push({ what, ...read, ...(await peaks()) })
    } finally {
      await server.stop()
    }
  }
  return found
}

function say(line: string): void {
  process.stderr.write(`${line}\n`)
}
