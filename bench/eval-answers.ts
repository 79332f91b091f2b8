import { printTable } from './command/print-table.ts'
import {
  databaseOptions,
  databaseSettings,
  readOptions,
  runCommand,
  UsageError,
} from './command/run-command.ts'
import { askQuestions, type AnswerQuality } from './quality/ask-questions.ts'
import { readQuestionSet } from './quality/read-question-set.ts'
import { uploadDocuments } from './quality/upload-set.ts'
import { createTenant } from './server/create-tenant.ts'
import { createDataDirectory, openApi } from './server/data-directory.ts'
import { startServer } from './server/start-server.ts'

const usage = `npm run eval:answers -- --set DIR [--set DIR …] [--json]
    [--database-url URL --migration-database-url URL]`

await runCommand(usage, async () => {
  const values = readOptions({
    ...databaseOptions,
    set: { type: 'string', multiple: true },
    json: { type: 'boolean', default: false },
  })
  if (!values.set?.length) throw new UsageError('name at least one folder of questions with --set')
  const sets = await Promise.all(values.set.map((folder) => readQuestionSet(folder)))
  const dataDir = createDataDirectory()
  const server = startServer({ dataDir, settings: databaseSettings(values) })
  const results: AnswerQuality[] = []
  try {
    const url = await server.ready
    const platform = await openApi(url, dataDir, 'platform')
    for (const [i, set] of sets.entries()) {
      const api = await createTenant(platform, url, `set-${i + 1}`)
      await uploadDocuments(api, set.documents)
      const quality = await askQuestions(api, set)
      if (values.json) console.log(JSON.stringify(quality))
      results.push(quality)
    }
  } finally {
    await server.stop()
  }
  if (!values.json) print(results)
  return 0
})

function print(results: readonly AnswerQuality[]): void {
  const share = (value: number | null) => (value === null ? '–' : value.toFixed(3))
  printTable(
    ['set', 'answerable', 'answered', 'right', 'unanswerable', 'refused', 'literal', 'p50 ms'],
    results.map((one) => [
      one.set,
      String(one.answerable),
      share(one.answered),
      share(one.right),
      String(one.unanswerable),
      share(one.refused),
      share(one.literal),
      one.ms_p50.toFixed(1),
    ]),
  )
}
