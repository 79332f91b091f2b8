import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Api } from '#isolation/server/client.ts'
import { parseId } from '#platform/ids.ts'
import { checkFiles } from '../../bench/crash/check-files.ts'
import { checkStorage } from '../../bench/crash/check-storage.ts'
import { type Expected, uploadUntilCut } from '../../bench/crash/upload-until-cut.ts'
import { createTenant, expectStatus } from '../../bench/server/create-tenant.ts'
import { openApi } from '../../bench/server/data-directory.ts'
import { listFiles, waitUntilRead } from '../../bench/server/list-files.ts'
import { type ServerProcess, startServer } from '../../bench/server/start-server.ts'
import { createCorpus } from '../../bench/speed/write-corpus.ts'
import { freshDatabase, type TestDatabase, until } from '../support/app.ts'
import { testTimeoutMs } from '../support/scale.ts'
import { tracesOfId } from '../support/traces.ts'

/** A job of a killed server is noticed after its lease, where another server could have it. */
const timeoutMs = 5 * testTimeoutMs

let database: TestDatabase
let settings: Record<string, string>
let server: ServerProcess
let url = ''
let platform: Api
beforeAll(async () => {
  database = await freshDatabase()
  settings = { ...database.settings, BULKHEAD_LOG_LEVEL: 'error' }
  await start()
}, timeoutMs)
afterAll(async () => {
  await server.kill()
  await database.drop()
})

async function start(): Promise<void> {
  server = startServer({ dataDir: database.dataDir, settings })
  url = await server.ready
  platform = await openApi(url, database.dataDir, 'platform')
}

async function uploadFiles(api: Api, count: number, sections: number): Promise<Expected[]> {
  const { writeDocument } = createCorpus(1)
  const files = Array.from({ length: count }, (_, i) => ({
    name: `guide ${i}.md`,
    content: new TextEncoder().encode(writeDocument(sections)),
    externalId: String(i),
    id: undefined,
  }))
  await uploadUntilCut(api, files)
  await waitUntilRead(api, timeoutMs)
  return files
}

type Tenant = { id: string; status: string; erasure: { left: number | null } | null }

test(
  'a server that is killed while it erases tenants goes on until nothing is left, and their neighbour is whole',
  async () => {
    const neighbour = await openApi(url, database.dataDir, 'tenant')
    const kept = await uploadFiles(neighbour, 3, 4)
    // A tenant each: an erasure takes a tenth of a second, and on a busy machine a kill may come too late for one.
    const doomed = [await createDoomed('early'), await createDoomed('midway'), await createDoomed('late')]

    let cutOff = 0
    for (const [i, { id, path, chunks }] of doomed.entries()) {
      expectStatus(202, await platform.delete(path))
      const share = 1 - i / doomed.length
      await watch(async () => {
        const { status, body } = await platform.get<Tenant>(path)
        const left = body.erasure?.left ?? Infinity
        return status === 404 || left <= chunks * share
      })
      await server.kill()
      const traces = await tracesOfId(database, id)
      if (traces.includes('tenants')) cutOff++
      expect(traces.filter((trace) => trace.startsWith('keyring/'))).toEqual([])
      await start()
    }
    expect(cutOff, 'no kill had anything to cut off').toBeGreaterThan(0)
    for (const { path } of doomed) {
      const isGone = async () => ((await platform.get(path)).status === 404 ? true : undefined)
      await until('it is gone', isGone, timeoutMs)
    }
    const own = await openApi(url, database.dataDir, 'tenant')
    expect(await checkFiles(own, kept)).toEqual([])
    await server.stop()
    for (const { id } of doomed) expect(await tracesOfId(database, id)).toEqual([])
    expect(await checkStorage({ dataDir: database.dataDir, settings })).toEqual([])
  },
  timeoutMs,
)

/** A tenant with so much that its end takes several transactions. */
async function createDoomed(slug: string): Promise<{ id: string; path: string; chunks: number }> {
  const api = await createTenant(platform, url, slug)
  await uploadFiles(api, 16, 75)
  const chunks = (await listFiles(api)).reduce((sum, { chunk_count }) => sum + (chunk_count ?? 0), 0)
  const { id } = expectStatus(200, await platform.get<Tenant>(`/v1/tenants/${slug}`))
  return { id: parseId('ten', id) ?? '', path: `/v1/tenants/${id}`, chunks }
}

/** Asks without a pause: what is waited for is over in a moment. */
async function watch(isThere: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + timeoutMs
  while (!(await isThere())) {
    if (performance.now() > deadline) throw new Error('the erasure stands still')
  }
}
