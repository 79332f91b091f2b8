import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Api } from '#isolation/server/client.ts'
import { checkStorage } from '../../bench/crash/check-storage.ts'
import { expectStatus } from '../../bench/server/create-tenant.ts'
import { openApi } from '../../bench/server/data-directory.ts'
import { waitUntilRead } from '../../bench/server/list-files.ts'
import { type ServerProcess, startServer } from '../../bench/server/start-server.ts'
import { type EmbeddersFile, writeEmbeddersFile } from '../support/embedders-file.ts'
import { type EmbeddingServer, startEmbeddingServer } from '../support/embedding-server.ts'
import { until } from '../support/wait.ts'

const timeoutMs = 180_000
const files = 12

let dataDir = ''
let endpoint: EmbeddingServer
let embedders: EmbeddersFile
let server: ServerProcess
let api: Api
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'bulkhead-embedding-'))
  endpoint = await startEmbeddingServer()
  embedders = await writeEmbeddersFile(endpoint.url)
  await start()
}, timeoutMs)
afterEach(async () => {
  await server.kill()
  await endpoint.close()
  await embedders.remove()
  await rm(dataDir, { recursive: true, force: true })
})

const settings = () => ({ BULKHEAD_EMBEDDERS_FILE: embedders.file })

async function start(): Promise<void> {
  server = startServer({ dataDir, settings: settings() })
  api = await openApi(await server.ready, dataDir, 'tenant')
}

type Embedding = { state: string; serving: string; files: number; embedded: number }
const embedding = async () => (await api.get<Embedding>('/v1/spaces/default/embedding')).body
const search = async () => (await api.post('/v1/search', { query: 'clause', mode: 'vector' })).body

test(
  'a server that is killed while a space changes its embedder goes on where it was, and embeds nothing twice',
  async () => {
    for (let i = 0; i < files; i++)
      expectStatus(201, await api.upload(`${i}.md`, `Clause number ${i} of the lease.`))
    await waitUntilRead(api, timeoutMs)
    expect(endpoint.requests).toEqual([])

    let isHeld = false
    endpoint.always = (request, response) => {
      if (endpoint.requests.length < 6) endpoint.answer(request, response)
      else isHeld = true
    }
    expectStatus(200, await api.patch('/v1/spaces/default', { embedder: 'far' }))
    await until('the sixth file is being embedded', async () => isHeld || undefined, timeoutMs)
    const half = await embedding()
    expect(half).toMatchObject({ state: 'changing', serving: 'builtin', files, embedded: 5 })
    expect(await search()).toMatchObject({ degraded: false, mode_used: 'vector' })
    await server.kill()
    endpoint.always = undefined
    await start()
    const done = await until(
      'all files have the new vectors',
      async () => {
        const now = await embedding()
        return now.state === 'ready' ? now : undefined
      },
      timeoutMs,
    )
    expect(done).toMatchObject({ serving: 'far', files, embedded: files })
    const texts = endpoint.requests.flatMap(({ body }) => body.input)
    expect(new Set(texts).size).toBe(files)
    expect(texts).toHaveLength(files + 1) // the one that was on its way
    expect(await search()).toMatchObject({ degraded: false, mode_used: 'vector' })
    await server.stop()
    expect(await checkStorage({ dataDir, settings: settings() })).toEqual([])
  },
  timeoutMs,
)
