import {
  databaseOptions,
  databaseSettings,
  readCount,
  readOptions,
  runCommand,
} from './command/run-command.ts'
import { printTable } from './command/print-table.ts'
import { percentile } from './quality/metrics.ts'
import { createTenant } from './server/create-tenant.ts'
import { createDataDirectory, openApi } from './server/data-directory.ts'
import { type LocalFile, readPdfs } from './server/read-folder.ts'
import { readMemory } from './server/read-memory.ts'
import { type Figures, rowOf } from './speed/figures.ts'
import { measureReading, sumOf } from './speed/measure-reading.ts'
import { measureSearch, median } from './speed/measure-search.ts'
import { inMegabytes, measureStarts } from './speed/measure-starts.ts'
import { createCorpus } from './speed/write-corpus.ts'
import type { Api } from '#isolation/server/client.ts'

const usage = `npm run bench [-- --pdfs DIR] [--chunks N …] [--json] [--cpu-prof DIR]
    [--database-url URL --migration-database-url URL]`
const chunksOfDocument = 30

await runCommand(usage, async () => {
  const values = readOptions({
    ...databaseOptions,
    pdfs: { type: 'string' },
    chunks: { type: 'string', multiple: true, default: ['1000', '10000'] },
    json: { type: 'boolean', default: false },
    'cpu-prof': { type: 'string' },
  })
  const sizes = values.chunks.map((text) => readCount('chunks', text))
  const pdfs = values.pdfs === undefined ? undefined : await readPdfs(values.pdfs)
  const profileTo = values['cpu-prof']
  const figures = await measure(sizes, pdfs, {
    dataDir: createDataDirectory(),
    settings: databaseSettings(values),
    nodeArguments: profileTo === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileTo}`],
  })
  if (values.json) console.log(JSON.stringify(figures))
  else
    printTable(
      ['figure', 'value', 'goal', ''],
      Object.entries(figures).map(([name, value]) => rowOf(name, value)),
    )
  return 0
})

type Options = Parameters<typeof measureStarts>[0]

async function measure(sizes: number[], pdfs: LocalFile[] | undefined, options: Options): Promise<Figures> {
  say('starting and stopping the server; then 30 s idle')
  const { server, url, figures } = await measureStarts(options)
  try {
    const platform = await openApi(url, options.dataDir, 'platform')
    const api = await createTenant(platform, url, 'bench')
    for (const size of sizes) Object.assign(figures, await measureSpace(api, size))
    if (pdfs) Object.assign(figures, await measurePdfs(api, pdfs))
    figures['memory_loaded_mb'] = inMegabytes((await readMemory(server.pid))?.serverBytes)
    return figures
  } finally {
    await server.stop()
  }
}

/** A space with about so many chunks: how fast it was read, and how fast it is searched. */
async function measureSpace(api: Api, size: number): Promise<Figures> {
  const corpus = createCorpus(size)
  const documents = Array.from({ length: Math.ceil(size / chunksOfDocument) }, (_, i) => ({
    name: `document ${i + 1}.md`,
    content: new TextEncoder().encode(corpus.writeDocument()),
  }))
  const space = `chunks-${size}`
  say(`reading ${documents.length} made-up documents, then searching them`)
  const reading = await measureReading(api, space, documents)
  const chunks = sumOf(reading.files, 'chunk_count')
  const { search, me } = await measureSearch(api, space, corpus)
  return {
    [`chunks_in_space_${size}`]: chunks,
    [`read_${size}_chunks_per_s`]: chunks / reading.seconds,
    [`search_${size}_chunks_p50_ms`]: median(search),
    [`search_${size}_chunks_p99_ms`]: percentile(search, 0.99),
    me_p50_ms: median(me),
    me_p99_ms: percentile(me, 0.99),
    [`search_${size}_chunks_to_me_ratio`]: median(search) / median(me),
  }
}

async function measurePdfs(api: Api, pdfs: LocalFile[]): Promise<Figures> {
  say(`reading ${pdfs.length} PDFs`)
  const { seconds, files } = await measureReading(api, 'pdfs', pdfs)
  const pages = sumOf(files, 'page_count')
  return { pdf_files: files.length, pdf_pages: pages, pdf_ready_s: seconds, pdf_pages_per_s: pages / seconds }
}

function say(line: string): void {
  process.stderr.write(`${line}\n`)
}
