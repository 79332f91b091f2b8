import { printTable } from './command/print-table.ts'
import {
  databaseOptions,
  databaseSettings,
  readCount,
  readOptions,
  runCommand,
  UsageError,
} from './command/run-command.ts'
import { compareContenders, type Finding } from './search/compare-contenders.ts'
import { missingLibraries } from './search/contenders.ts'
import { embedSet, makeVectors } from './search/make-vectors.ts'
import { measureOverHttp, type OverHttp } from './search/over-http.ts'
import { measureSignBits, type SignBits } from './search/sign-bits.ts'

const usage = `npm run bench:search [-- --chunks 1000 --chunks 10000 …] [--questions 300] [--beside] [--json]
    --http [--tenants 10 --tenants 100 …] [--database-url URL --migration-database-url URL]
    --signs [--rescored 4000] [--set DIR …]`

await runCommand(usage, async () => {
  const values = readOptions({
    ...databaseOptions,
    chunks: { type: 'string', multiple: true },
    questions: { type: 'string', default: '300' },
    beside: { type: 'boolean', default: false },
    http: { type: 'boolean', default: false },
    tenants: { type: 'string', multiple: true, default: ['10', '100'] },
    signs: { type: 'boolean', default: false },
    rescored: { type: 'string', default: '4000' },
    set: { type: 'string', multiple: true, default: [] },
    json: { type: 'boolean', default: false },
  })
  const large = values.http ? [] : ['100000']
  const sizes = (values.chunks ?? ['1000', '10000', ...large]).map((text) => readCount('chunks', text))
  const questions = readCount('questions', values.questions)
  const missing = values.beside ? missingLibraries() : undefined
  if (missing !== undefined)
    throw new UsageError(`The libraries to compare with are not installed: run npm install in ${missing}`)
  if (values.http) {
    const tenants = values.tenants.map((text) => readCount('tenants', text))
    const found = await measureOverHttp({ sizes, tenants, settings: databaseSettings(values) }, say)
    if (values.json) for (const finding of found.findings) console.log(JSON.stringify(finding))
    else printOverHttp(found)
  } else if (values.signs) {
    const rescored = readCount('rescored', values.rescored)
    const random = values.set.length > 0 ? [] : sizes.map((size) => makeVectors(size, questions))
    const embedded = await Promise.all(values.set.map((folder) => embedSet(folder, questions)))
    const found = [...random, ...embedded].map((vectors) => measureSignBits(vectors, rescored))
    if (values.json) for (const finding of found) console.log(JSON.stringify(finding))
    else printSigns(found)
  } else {
    for (const chunks of sizes) {
      const findings = await compareContenders(chunks, questions, values.beside, (name) =>
        say(`${chunks} chunks: ${name}`),
      )
      if (values.json) for (const finding of findings) console.log(JSON.stringify(finding))
      else printContenders(chunks, findings)
    }
  }
  return 0
})

function say(line: string): void {
  process.stderr.write(`${line}\n`)
}

function printOverHttp({ findings, serverBytes, indexBytes }: OverHttp): void {
  printTable(
    ['search', 'p50 ms', 'p99 ms', 'ratio', 'to'],
    findings.map(({ figure, ms, p99Ms, ratio, to }) => [
      figure,
      ms.toFixed(2),
      p99Ms.toFixed(2),
      ratio.toFixed(2),
      to,
    ]),
  )
  const server = serverBytes === undefined ? 'not measured' : `${(serverBytes / 1e6).toFixed(0)} MB`
  console.log(`\nmemory: server ${server}, of it indexes ${(indexBytes / 1e6).toFixed(1)} MB`)
}

function printSigns(findings: readonly SignBits[]): void {
  printTable(
    ['chunks', 'rescored', 'questions', 'same hundred', 'recall', 'signs ms', 'all ms'],
    findings.map((one) => [
      String(one.chunks),
      String(one.rescored),
      String(one.questions),
      String(one.equal),
      one.recall.toFixed(3),
      one.firstPassMs.toFixed(2),
      one.exactMs.toFixed(2),
    ]),
  )
}

function printContenders(chunks: number, findings: readonly Finding[]): void {
  console.log(`\n${chunks} chunks`)
  printTable(
    ['search', 'scores', 'build s', 'memory MB', 'p50 ms', 'p99 ms', 'questions', 'times ours'],
    findings.map(({ name, scores, buildMs, memoryBytes, p50Ms, p99Ms, questions, timesOurs }) => [
      name,
      scores,
      (buildMs / 1000).toFixed(1),
      (memoryBytes / 1e6).toFixed(0),
      p50Ms.toFixed(2),
      p99Ms.toFixed(2),
      String(questions),
      timesOurs === undefined ? '' : timesOurs.ratio.toFixed(1),
    ]),
  )
}
