import { findPostgres } from '../scripts/test/find-postgres.ts'
import { withCluster } from '../scripts/test/with-cluster.ts'
import { withEmbedded, withServer } from '../test/support/connect.ts'
import { dropTemplate, makeTemplate, urlOf } from '../test/support/template.ts'
import { readCount, readOptions, runCommand } from './command/run-command.ts'
import { type MedianRatio, medianRatio, writeInterval } from './command/median-ratio.ts'
import { printTable } from './command/print-table.ts'
import { median } from './speed/measure-search.ts'
import { compareRoles, type Times } from './walls/compare-roles.ts'
import { fillDatabase } from './walls/fill-database.ts'
import { findRows } from './walls/find-rows.ts'
import { recordStatements } from './walls/record-statements.ts'

const usage = 'npm run bench:walls [-- --documents 100] [--samples 300] [--json]'

await runCommand(usage, async () => {
  const values = readOptions({
    documents: { type: 'string', default: '100' },
    samples: { type: 'string', default: '300' },
    json: { type: 'boolean', default: false },
  })
  const size = {
    documents: readCount('documents', values.documents),
    samples: readCount('samples', values.samples),
  }
  const findings = { embedded: await measure(undefined, size), server: await measureServer(size) }
  if (values.json) console.log(JSON.stringify(findings))
  else for (const [kind, found] of Object.entries(findings)) print(kind, found)
  return 0
})

type Size = { documents: number; samples: number }
type Finding = MedianRatio & { what: string; walledMs: number; openMs: number }

/** On a throw-away cluster, or the sentence that says why there is none. */
async function measureServer(size: Size): Promise<Finding[] | string> {
  const programs = await findPostgres()
  if (typeof programs === 'string') return programs
  const interrupted = new AbortController()
  return withCluster(programs, interrupted.signal, (url) => measure(url, size))
}

/** @param superuser a URL of server PostgreSQL; without it the embedded database */
async function measure(superuser: string | undefined, { documents, samples }: Size): Promise<Finding[]> {
  const template = await makeTemplate(superuser)
  const { dataDir, server } = template
  try {
    const at = server && urlOf(server.superuser, server.database)
    const settings: Record<string, string> = server
      ? { BULKHEAD_DATABASE_URL: urlOf(server.superuser, server.database, server.serving) }
      : {}
    process.stderr.write(`${at ? 'server' : 'embedded'}: writing, then asking\n`)
    await fillDatabase(dataDir, settings, ['asked', 'beside', 'behind'], documents)
    const compare = async (owner: Parameters<typeof findRows>[0]) => {
      const rows = await findRows(owner, 'asked')
      return compareRoles(owner, rows, await recordStatements(rows), samples)
    }
    const times = at ? await withServer(at, compare) : await withEmbedded(dataDir, compare)
    const findings = [...times].map(([{ what }, pairs]) => summarise(what, pairs))
    return [...findings, summarise('each of them once', addUp([...times.values()]))]
  } finally {
    await dropTemplate(template)
  }
}

/** Rounds over all statements, as if they were one. */
function addUp(pairs: Times[][]): Times[] {
  const sum = (round: number, time: keyof Times) =>
    pairs.reduce((total, of) => total + (of[round]?.[time] ?? 0), 0)
  return (pairs[0] ?? []).map((_, round) => ({
    walledMs: sum(round, 'walledMs'),
    openMs: sum(round, 'openMs'),
  }))
}

function summarise(what: string, pairs: Times[]): Finding {
  return {
    what,
    walledMs: median(pairs.map(({ walledMs }) => walledMs)),
    openMs: median(pairs.map(({ openMs }) => openMs)),
    ...medianRatio(pairs.map(({ walledMs, openMs }) => walledMs / openMs)),
  }
}

function print(kind: string, found: Finding[] | string): void {
  console.log(`\n${kind} PostgreSQL`)
  if (typeof found === 'string') return console.log(`  did not run. ${found}`)
  printTable(
    ['statement', 'with walls ms', 'without ms', 'ratio', 'interval of 95 %'],
    found.map((one) => [
      one.what,
      one.walledMs.toFixed(3),
      one.openMs.toFixed(3),
      one.ratio.toFixed(3),
      writeInterval(one),
    ]),
  )
}
