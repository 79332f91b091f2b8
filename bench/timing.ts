import {
  databaseOptions,
  databaseSettings,
  readCount,
  readOptions,
  runCommand,
} from './command/run-command.ts'
import { printTable } from './command/print-table.ts'
import { createDataDirectory, openApi } from './server/data-directory.ts'
import { startServer } from './server/start-server.ts'
import { median } from './speed/measure-search.ts'
import { prepareProbes } from './timing/prepare-probes.ts'
import { adjustByHolm, testSignedRanks } from './timing/signed-rank.ts'
import { type Pair, timePairs } from './timing/time-pairs.ts'

const usage = `npm run bench:timing [-- --self-test] [--samples 500] [--tries 3] [--json]
    [--database-url URL --migration-database-url URL]`
const failedCheck = 6
/** For all tests of a run together. */
const level = 0.01

await runCommand(usage, async () => {
  const values = readOptions({
    ...databaseOptions,
    'self-test': { type: 'boolean', default: false },
    samples: { type: 'string', default: '500' },
    tries: { type: 'string', default: '3' },
    json: { type: 'boolean', default: false },
  })
  const isSelfTest = values['self-test']
  const dataDir = createDataDirectory()
  const delay = new URL('timing/delay-marked.ts', import.meta.url).href
  const server = startServer({
    dataDir,
    settings: databaseSettings(values),
    nodeArguments: isSelfTest ? [`--import=${delay}`] : [],
  })
  try {
    const url = await server.ready
    const probes = await prepareProbes(url, await openApi(url, dataDir, 'platform'))
    const counts = { samples: readCount('samples', values.samples), tries: readCount('tries', values.tries) }
    const pairs = await timePairs(probes, { url, ...counts })
    const findings = judge([...pairs].map(([{ what }, timed]) => ({ what, timed })))
    if (values.json) console.log(JSON.stringify(findings))
    else print(findings, isSelfTest)
    const told = findings.filter(({ isTold }) => isTold).length
    return told === (isSelfTest ? findings.length : 0) ? 0 : failedCheck
  } finally {
    await server.stop()
  }
})

type Finding = ReturnType<typeof judge>[number]

function judge(measured: { what: string; timed: Pair[] }[]) {
  const differencesOf = (timed: Pair[]) => timed.map(({ somebodysMs, nobodysMs }) => somebodysMs - nobodysMs)
  const tested = measured.map((one) => ({ ...one, ...testSignedRanks(differencesOf(one.timed)) }))
  const adjusted = adjustByHolm(tested.map(({ p }) => p))
  return tested.map(({ timed, ...found }, i) => ({
    ...found,
    somebodysMs: median(timed.map(({ somebodysMs }) => somebodysMs)),
    nobodysMs: median(timed.map(({ nobodysMs }) => nobodysMs)),
    differenceMs: median(differencesOf(timed)),
    adjustedP: adjusted[i]!,
    isTold: adjusted[i]! < level,
  }))
}

function print(findings: Finding[], isSelfTest: boolean): void {
  printTable(
    ['asked for', 'somebody’s ms', 'nobody’s ms', 'difference ms', 'effect', 'p', 'p of all', ''],
    findings.map((found) => [
      found.what,
      found.somebodysMs.toFixed(3),
      found.nobodysMs.toFixed(3),
      found.differenceMs.toFixed(4),
      found.effect.toFixed(3),
      found.p.toPrecision(2),
      found.adjustedP.toPrecision(2),
      found.isTold ? 'TOLD APART' : 'alike',
    ]),
  )
  const told = findings.filter(({ isTold }) => isTold).length
  console.log(`\n${told} of ${findings.length} told apart at the level ${level} for all together.`)
  if (isSelfTest) console.log('Self-test: the server was made slower for somebody’s ids, so all should be.')
}
