import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import type { Embedder } from '#adapters/embedder/port.ts'
import { readConfig } from '#config.ts'
import { createLog } from '#platform/log.ts'
import { openBuiltinEmbedder } from '../src/adapters/embedder/builtin/open-embedder.ts'
import { openEmbedders } from '../src/app/open-embedders.ts'
import type { Started } from '../src/app/started.ts'
import { embedderOptions, embedderSettings, readOptions, runCommand } from './command/run-command.ts'
import { printTable } from './command/print-table.ts'
import { comparePieces } from './embedder/compare-pieces.ts'
import { percentile } from './quality/metrics.ts'
import { readSet } from './quality/read-set.ts'
import { type Figures, rowOf } from './speed/figures.ts'

const usage = `npm run bench:embedder [-- --model DIR | --embedders FILE --embedder NAME] [--set DIR …] [--reference TOKENIZER_JSON] [--json]`
const root = join(import.meta.dirname, '..')
const wordsOfChunk = 200
const chunksOfRound = 400
const rounds = 15
/** A language model takes minutes for all rounds. */
const enoughMs = 30_000

await runCommand(usage, async () => {
  const values = readOptions({
    ...embedderOptions,
    model: { type: 'string', default: join(root, 'models/static-256') },
    set: { type: 'string', multiple: true, default: [] },
    reference: { type: 'string' },
    json: { type: 'boolean', default: false },
  })
  const started: Started = []
  const { embedder, figures } = await measureLoading(() => open(values, started))
  const texts = await readTexts(values.set)
  Object.assign(figures, await measureEmbedding(embedder, texts))
  if (values.reference !== undefined)
    Object.assign(figures, await comparePieces(values.model, values.reference, texts))
  if (values.json) console.log(JSON.stringify(figures))
  else
    printTable(
      ['figure', 'value', 'goal', ''],
      Object.entries(figures).map(([name, value]) => rowOf(name, value)),
    )
  for (const stop of started) await stop()
  return figures['texts_split_differently'] ? 6 : 0
})

/** The documents of judged collections; without any, what this repository says about itself. */
async function readTexts(sets: readonly string[]): Promise<string[]> {
  const read = await Promise.all(sets.map((folder) => readSet(folder)))
  const texts = read.flatMap(({ documents }) => documents.map(({ title, text }) => `${title}\n${text}`))
  if (texts.length > 0) return texts
  const own = ['LICENSE', 'README.md', 'ARCHITECTURE.md', 'SECURITY.md', 'bench/README.md']
  return Promise.all(own.map((name) => readFile(join(root, name), 'utf8')))
}

type Chosen = Parameters<typeof embedderSettings>[0] & { model: string }

async function open({ model, ...chosen }: Chosen, started: Started): Promise<Embedder> {
  if (chosen.embedder === undefined) return openBuiltinEmbedder(model)
  const config = readConfig(embedderSettings(chosen))
  return (await openEmbedders(config, createLog('warn'), started)).default
}

async function measureLoading(
  load: () => Promise<Embedder>,
): Promise<{ embedder: Embedder; figures: Figures }> {
  const before = process.memoryUsage().rss
  const started = performance.now()
  const embedder = await load()
  const ms = performance.now() - started
  const figures = { embedder_load_ms: ms, embedder_memory_mb: (process.memoryUsage().rss - before) / 1e6 }
  return { embedder, figures }
}

/** On one core; the median of some rounds over the same chunks, nothing is remembered between them. */
async function measureEmbedding(embedder: Embedder, texts: readonly string[]): Promise<Figures> {
  const words = texts.join('\n').split(/\s+/)
  const count = Math.max(1, Math.floor(words.length / wordsOfChunk))
  const chunks = Array.from({ length: chunksOfRound }, (_, i) => {
    const start = (i % count) * wordsOfChunk
    return words.slice(start, start + wordsOfChunk).join(' ')
  })
  const rates: number[] = []
  const begun = performance.now()
  for (let i = 0; i < rounds && performance.now() - begun < enoughMs; i++) {
    const started = performance.now()
    await embedder.embed(chunks, new AbortController().signal, 'document')
    rates.push((chunksOfRound / (performance.now() - started)) * 1000)
    await setImmediate()
  }
  return { embed_200_words_per_s: percentile(rates, 0.5) }
}
