import type { Api } from '#isolation/server/client.ts'
import { percentile } from '../quality/metrics.ts'
import { createTenant, expectStatus } from '../server/create-tenant.ts'
import { createDataDirectory, openApi } from '../server/data-directory.ts'
import { waitUntilRead } from '../server/list-files.ts'
import { readMemory } from '../server/read-memory.ts'
import { startServer } from '../server/start-server.ts'
import { measureReading } from '../speed/measure-reading.ts'
import { measureSearch, median } from '../speed/measure-search.ts'
import { createCorpus } from '../speed/write-corpus.ts'

/** What a client sees. `ratio` is to another figure of this very run. */
export type HttpFinding = { figure: string; ms: number; p99Ms: number; ratio: number; to: string }

export type HttpOptions = {
  sizes: readonly number[]
  /** Tenants beside the one that is measured, more and more. */
  tenants: readonly number[]
  settings: Record<string, string>
}

export type OverHttp = { findings: HttpFinding[]; serverBytes: number | undefined; indexBytes: number }

const chunksOfDocument = 30
const coldStarts = 3

/** Searches spaces of one tenant through HTTP: warm, while they are written, beside other tenants, and after a start. */
export async function measureOverHttp(
  { sizes, tenants, settings }: HttpOptions,
  say: (line: string) => void,
): Promise<OverHttp> {
  const dataDir = createDataDirectory()
  const findings: HttpFinding[] = []
  let server = startServer({ dataDir, settings })
  try {
    const url = await server.ready
    const api = await openApi(url, dataDir, 'tenant')
    const platform = await openApi(url, dataDir, 'platform')
    for (const size of sizes) {
      say(`${size} chunks`)
      findings.push(...(await measureSpace(api, size)))
    }
    findings.push(...(await measureBesideOthers(api, platform, url, sizes[0]!, tenants, say)))
    const serverBytes = (await readMemory(server.pid))?.serverBytes
    const indexBytes = await readGauge(platform, 'search_index_bytes')
    for (const size of sizes) {
      say(`${size} chunks after a start`)
      const times: number[] = []
      for (let i = 0; i < coldStarts; i++) {
        await server.stop()
        server = startServer({ dataDir, settings })
        times.push(await timeSearch(await openApi(await server.ready, dataDir, 'tenant'), size))
      }
      findings.push(
        compare(`${size} chunks, the first search after a start`, times, find(findings, size), 'warm'),
      )
    }
    return { findings, serverBytes, indexBytes }
  } finally {
    await server.stop()
  }
}

const spaceOf = (size: number) => `chunks-${size}`
const warm = (size: number) => `${size} chunks`

function find(findings: readonly HttpFinding[], size: number): number {
  return findings.find(({ figure }) => figure === warm(size))?.ms ?? Number.NaN
}

function compare(figure: string, times: readonly number[], otherMs: number, to: string): HttpFinding {
  const ms = median(times)
  return { figure, ms, p99Ms: percentile(times, 0.99), ratio: ms / otherMs, to }
}

/** Quiet, then while documents are added to the same space, each of which every next search has to know. */
async function measureSpace(api: Api, size: number): Promise<HttpFinding[]> {
  const corpus = createCorpus(size)
  const write = (i: number) => ({
    name: `document ${i + 1}.md`,
    content: new TextEncoder().encode(corpus.writeDocument(Math.min(size, chunksOfDocument))),
  })
  const documents = Array.from({ length: Math.ceil(size / chunksOfDocument) }, (_, i) => write(i))
  await measureReading(api, spaceOf(size), documents)
  const quiet = await measureSearch(api, spaceOf(size), corpus)
  const enough = new AbortController()
  const writing = (async () => {
    for (let i = documents.length; !enough.signal.aborted; i++) {
      const { name, content } = write(i)
      expectStatus(201, await api.upload(name, content, { space: spaceOf(size) }))
      await waitUntilRead(api, 600_000)
    }
  })()
  const busy = await measureSearch(api, spaceOf(size), createCorpus(size)).finally(() => enough.abort())
  await writing
  return [
    compare(warm(size), quiet.search, median(quiet.me), 'GET /v1/me'),
    compare(`${size} chunks while documents are added`, busy.search, median(quiet.search), 'warm'),
  ]
}

/** Each neighbour has a document of its own, and has searched. */
async function measureBesideOthers(
  api: Api,
  platform: Api,
  url: string,
  size: number,
  tenants: readonly number[],
  say: (line: string) => void,
): Promise<HttpFinding[]> {
  const findings: HttpFinding[] = []
  let made = 0
  for (const count of tenants) {
    say(`beside ${count} tenants`)
    for (; made < count; made++) {
      const neighbour = await createTenant(platform, url, `neighbour-${made}`)
      const content = createCorpus(made).writeDocument()
      expectStatus(201, await neighbour.upload('document.md', content))
      await waitUntilRead(neighbour, 600_000)
      expectStatus(200, await neighbour.post('/v1/search', { query: createCorpus(made).writeQuery() }))
    }
    const { search } = await measureSearch(api, spaceOf(size), createCorpus(size))
    const first = findings[0]?.ms ?? median(search)
    findings.push(compare(`${size} chunks beside ${count} tenants`, search, first, `beside ${tenants[0]}`))
  }
  return findings
}

async function timeSearch(api: Api, size: number): Promise<number> {
  const started = performance.now()
  const query = { query: createCorpus(size).writeQuery(), spaces: [spaceOf(size)] }
  expectStatus(200, await api.post('/v1/search', query))
  return performance.now() - started
}

async function readGauge(platform: Api, name: string): Promise<number> {
  const text = expectStatus(200, await platform.get<string>('/metrics'))
  return Number(new RegExp(`^bulkhead_${name} (.*)$`, 'm').exec(text)?.[1])
}
