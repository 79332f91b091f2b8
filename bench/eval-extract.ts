import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startExtractor } from '#adapters/extract/pool/start-extractor.ts'
import { prepareRecognition } from '#adapters/extract/recognition/prepare-recognition.ts'
import { printTable } from './command/print-table.ts'
import { readOptions, runCommand, UsageError } from './command/run-command.ts'
import { countConnections } from './extract/count-connections.ts'
import { judge } from './extract/judge.ts'
import { type Demand, readManifest } from './extract/read-manifest.ts'
import { type Outcome, tryFile } from './extract/try-file.ts'

const usage = `npm run eval:extract -- --set DIR [--set DIR …] [--json] [--only TEXT] [--no-network]`

const traced = 'BULKHEAD_EVAL_TRACED'

await runCommand(usage, async () => {
  const values = readOptions({
    set: { type: 'string', multiple: true },
    json: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    'no-network': { type: 'boolean', default: false },
  })
  if (!values.set?.length) throw new UsageError('name at least one folder with a manifest with --set')
  if (values['no-network'] && !(traced in process.env)) return watchConnections(values.json)
  let failed = 0
  for (const folder of values.set) failed += await evaluate(folder, values.only, values.json)
  return failed === 0 ? 0 : 6
})

async function evaluate(folder: string, only: string, json: boolean): Promise<number> {
  const set = await readManifest(folder)
  const results: { demand: Demand; outcome: Outcome; why: string[] }[] = []
  const scratchDir = mkdtempSync(join(tmpdir(), 'eval-extract-'))
  const extractor = startExtractor({
    processes: 1,
    timeoutMs: 60_000,
    maxMemoryMb: 480,
    maxTextChars: 100_000_000,
    scratchDir,
    recognition: prepareRecognition({
      languages: ['eng'],
      sourceDir: undefined,
      directory: join(scratchDir, 'recognition'),
    }),
  })
  try {
    for (const demand of set.demands.filter(({ file }) => file.includes(only))) {
      const outcome = await tryFile(extractor, demand)
      const why = judge(demand, outcome)
      results.push({ demand, outcome, why })
      process.stderr.write(`${why.length === 0 ? 'ok    ' : 'FAILED'} ${demand.file} ${why.join('; ')}\n`)
    }
  } finally {
    await extractor.close()
    rmSync(scratchDir, { recursive: true, force: true })
  }
  const failed = results.filter(({ why }) => why.length > 0)
  const summary = {
    set: set.name,
    files: results.length,
    passed: results.length - failed.length,
    failed: failed.map(({ demand, why }) => ({ file: demand.file, why: why.join('; ') })),
    ms_max: Math.round(Math.max(0, ...results.map(({ outcome }) => outcome.ms))),
    rss_max_mb: Math.round(Math.max(0, ...results.map(({ outcome }) => outcome.rssMb))),
  }
  if (json)
    for (const { demand, outcome, why } of results) console.log(JSON.stringify(line(demand, outcome, why)))
  else printResults(results)
  console.log(JSON.stringify(summary))
  return failed.length
}

function line({ file }: Demand, { failure, chars, ms, rssMb }: Outcome, why: string[]) {
  return {
    file,
    ok: why.length === 0,
    failure: failure ?? null,
    chars,
    ms: Math.round(ms),
    rss_mb: Math.round(rssMb),
    why,
  }
}

function printResults(results: { demand: Demand; outcome: Outcome; why: string[] }[]): void {
  printTable(
    ['file', 'outcome', 'ms', 'MB', ''],
    results.map(({ demand, outcome, why }) => [
      demand.file,
      outcome.failure ?? `${outcome.chars} characters`,
      outcome.ms.toFixed(0),
      outcome.rssMb.toFixed(0),
      why.join('; '),
    ]),
  )
}

/** The whole run once more under strace, which sees what the processes it starts ask the kernel for. */
function watchConnections(json: boolean): number {
  const directory = mkdtempSync(join(tmpdir(), 'eval-extract-'))
  const log = join(directory, 'strace')
  try {
    const run = spawnSync(
      'strace',
      [
        '-f',
        '-qq',
        '-e',
        'trace=connect,sendto,sendmsg,sendmmsg',
        '-o',
        log,
        process.execPath,
        ...process.execArgv,
        ...process.argv.slice(1),
      ],
      { stdio: 'inherit', env: { ...process.env, [traced]: '1' } },
    )
    if (run.error) throw new UsageError('--no-network needs strace')
    const connections = countConnections(readFileSync(log, 'utf8'))
    const verdict = { outside_connections: connections.length, addresses: connections.slice(0, 20) }
    console.log(
      json
        ? JSON.stringify(verdict)
        : `outside connections: ${connections.length} ${connections.slice(0, 20).join(' ')}`,
    )
    return connections.length > 0 ? 6 : (run.status ?? 1)
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}
