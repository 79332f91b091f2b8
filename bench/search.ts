import { printTable } from './command/print-table.ts'
import { readCount, readOptions, runCommand, UsageError } from './command/run-command.ts'
import { compareContenders, type Finding } from './search/compare-contenders.ts'
import { missingLibraries } from './search/contenders.ts'

const usage = 'npm run bench:search [-- --chunks 1000 --chunks 10000 …] [--questions 300] [--beside] [--json]'

await runCommand(usage, async () => {
  const values = readOptions({
    chunks: { type: 'string', multiple: true, default: ['1000', '10000', '100000'] },
    questions: { type: 'string', default: '300' },
    beside: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  })
  const sizes = values.chunks.map((text) => readCount('chunks', text))
  const questions = readCount('questions', values.questions)
  const missing = values.beside ? missingLibraries() : undefined
  if (missing !== undefined)
    throw new UsageError(`The libraries to compare with are not installed: run npm install in ${missing}`)
  for (const chunks of sizes) {
    const findings = await compareContenders(chunks, questions, values.beside, (name) =>
      process.stderr.write(`${chunks} chunks: ${name}\n`),
    )
    if (values.json) for (const finding of findings) console.log(JSON.stringify(finding))
    else print(chunks, findings)
  }
  return 0
})

function print(chunks: number, findings: readonly Finding[]): void {
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
