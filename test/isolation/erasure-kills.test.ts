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
  'a server that is killed while it erases a tenant goes on until nothing is left, and its neighbour is whole',
  async () => {
    const doomed = await createTenant(platform, url, 'doomed')
    await uploadFiles(doomed, 16, 75)
    const chunks = (await listFiles(doomed)).reduce((sum, { chunk_count }) => sum + (chunk_count ?? 0), 0)
    const neighbour = await openApi(url, database.dataDir, 'tenant')
    const kept = await uploadFiles(neighbour, 3, 4)
    const { id } = expectStatus(200, await platform.get<Tenant>('/v1/tenants/doomed'))
    const uuid = parseId('ten', id) ?? ''
    const path = `/v1/tenants/${id}`
    expectStatus(202, await platform.delete(path))

    let cutOff = 0
    for (const share of [0.95, 0.6, 0.3]) {
      await watch(async () => {
        const { status, body } = await platform.get<Tenant>(path)
        const left = body.erasure?.left ?? Infinity
        return status === 404 || left <= chunks * share
      })
      await server.kill()
      const traces = await tracesOfId(database, uuid)
      if (traces.includes('tenants')) cutOff++
      expect(traces.filter((trace) => trace.startsWith('keyring/'))).toEqual([])
      await start()
    }
    expect(cutOff, 'no kill had anything to cut off').toBeGreaterThan(0)
    await until(
      'it is gone',
      async () => ((await platform.get(path)).status === 404 ? true : undefined),
      timeoutMs,
    )
    const own = await openApi(url, database.dataDir, 'tenant')
    expect(await checkFiles(own, kept)).toEqual([])
    await server.stop()
    expect(await tracesOfId(database, uuid)).toEqual([])
    expect(await checkStorage({ dataDir: database.dataDir, settings })).toEqual([])
  },
  timeoutMs,
)

/** Asks without a pause: what is waited for is over in a moment. */
async function watch(isThere: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + timeoutMs
  while (!(await isThere())) {
    if (performance.now() > deadline) throw new Error('the erasure stands still')
  }
}
