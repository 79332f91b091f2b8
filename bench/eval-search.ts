import {
  databaseOptions,
  databaseSettings,
  embedderOptions,
  embedderSettings,
  readOptions,
  rerankerOptions,
  rerankerSettings,
  runCommand,
  UsageError,
} from './command/run-command.ts'
import { setTimeout as pause } from 'node:timers/promises'
import type { Api } from '#isolation/server/client.ts'
import { printTable } from './command/print-table.ts'
import { askQueries, type Mode, modes, type Quality } from './quality/ask-queries.ts'
import { type JudgedSet, readSet } from './quality/read-set.ts'
import { uploadSet } from './quality/upload-set.ts'
import { createTenant } from './server/create-tenant.ts'
import { createDataDirectory, openApi } from './server/data-directory.ts'
import { startServer } from './server/start-server.ts'

const usage = `npm run eval:search -- --set DIR [--set DIR …] [--mode ${modes.join('|')}] [--json]
    [--embedders FILE] [--embedder NAME] [--rerankers FILE] [--reranker NAME]
    [--database-url URL --migration-database-url URL]`

await runCommand(usage, async () => {
  const values = readOptions({
    ...databaseOptions,
    set: { type: 'string', multiple: true },
    mode: { type: 'string', default: 'hybrid' },
    json: { type: 'boolean', default: false },
    ...embedderOptions,
    ...rerankerOptions,
  })
  const mode = modes.find((one) => one === values.mode)
  if (!mode) throw new UsageError(`--mode is one of ${modes.join(', ')}, not "${values.mode}"`)
  if (!values.set?.length) throw new UsageError('name at least one judged collection with --set')
  const sets = await Promise.all(values.set.map((folder) => readSet(folder)))
  const settings = { ...databaseSettings(values), ...embedderSettings(values), ...rerankerSettings(values) }
  const results = await measure(sets, mode, settings, (quality) => {
    if (values.json) console.log(JSON.stringify(quality))
  })
  if (!values.json) print(results)
  return 0
})

/** One server for the run, one tenant a set. */
async function measure(
  sets: readonly JudgedSet[],
  mode: Mode,
  settings: Record<string, string>,
  onResult: (quality: Quality) => void,
): Promise<Quality[]> {
  const dataDir = createDataDirectory()
  const server = startServer({ dataDir, settings })
  try {
    const url = await server.ready
    const platform = await openApi(url, dataDir, 'platform')
    const results: Quality[] = []
    for (const [i, set] of sets.entries()) {
      const api = await createTenant(platform, url, `set-${i + 1}`)
      if (set.leftOut > 0)
        say(`${set.name}: ${set.leftOut} queries have no relevant document and are left out`)
      const unreadable = await uploadSet(api, set, say)
      await untilEmbedded(api)
      if (unreadable.length > 0) say(`${set.name}: not readable: ${unreadable.join(', ')}`)
      const quality = await askQueries(api, set, mode)
      onResult(quality)
      results.push(quality)
    }
    return results
  } finally {
    await server.stop()
  }
}

/** Long files get the vectors of a slow embedder after they are ready. */
async function untilEmbedded(api: Api): Promise<void> {
  for (;;) {
    const { body } = await api.get<{ state: string; files: number; embedded: number }>(
      '/v1/spaces/default/embedding',
    )
    if (body.state === 'ready') return
    say(`${body.embedded} of ${body.files} files embedded`)
    await pause(5000)
  }
}

function say(line: string): void {
  process.stderr.write(`${line}\n`)
}

function print(results: readonly Quality[]): void {
  const share = (value: number) => value.toFixed(4)
  printTable(
    ['set', 'mode used', 'queries', 'nDCG@10', 'recall@10', 'recall@100', 'MRR@10', 'p50 ms', 'p99 ms'],
    results.map((one) => [
      one.set,
      one.mode_used,
      String(one.queries),
      share(one['ndcg@10']),
      share(one['recall@10']),
      share(one['recall@100']),
      share(one['mrr@10']),
      one.ms_p50.toFixed(1),
      one.ms_p99.toFixed(1),
    ]),
  )
}
