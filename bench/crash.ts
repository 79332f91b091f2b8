import {
  databaseOptions,
  databaseSettings,
  readCount,
  readOptions,
  runCommand,
  UsageError,
} from './command/run-command.ts'
import { printTable } from './command/print-table.ts'
import { type Kill, runCrashes } from './crash/run-crashes.ts'
import { createDataDirectory } from './server/data-directory.ts'
import { readPdfs } from './server/read-folder.ts'

const usage = `npm run test:crash -- --pdfs DIR [--kills 20] [--seed 1] [--window-ms 1200] [--json]
    [--database-url URL --migration-database-url URL]`
const failedCheck = 6

await runCommand(usage, async () => {
  const values = readOptions({
    ...databaseOptions,
    pdfs: { type: 'string' },
    kills: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
    'window-ms': { type: 'string', default: '1200' },
    json: { type: 'boolean', default: false },
  })
  if (values.pdfs === undefined) throw new UsageError('name a folder of PDFs with --pdfs')
  const report = await runCrashes({
    dataDir: createDataDirectory(),
    settings: databaseSettings(values),
    files: await readPdfs(values.pdfs),
    kills: readCount('kills', values.kills),
    seed: readCount('seed', values.seed),
    windowMs: readCount('window-ms', values['window-ms']),
    onKill: ({ number, moment }) => process.stderr.write(`kill ${number}: ${moment}\n`),
  })
  if (values.json) console.log(JSON.stringify(report))
  else print(report)
  return report.problems.length === 0 ? 0 : failedCheck
})

function print({ files, kills, problems }: Awaited<ReturnType<typeof runCrashes>>): void {
  printTable(['kill', 'moment', 'uploads cut', 'accepted', 'waiting', 'restart ms'], kills.map(rowOf))
  const bad = new Set(problems.map(({ file }) => file))
  console.log(`\n${files} files accepted, ${files - bad.size} of them ready once, whole and found`)
  for (const { file, problem } of problems) console.log(`  ${file} ${problem}`)
  console.log(problems.length === 0 ? 'Nothing lost, nothing doubled.' : `${problems.length} problems.`)
}

function rowOf({ number, moment, cutUploads, accepted, waiting, restartMs }: Kill): string[] {
  return [number, moment, cutUploads, accepted, waiting, restartMs].map(String)
}
