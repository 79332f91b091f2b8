import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openFileKeyring } from '#adapters/keyring/file.ts'
import type { Api } from '#isolation/server/client.ts'
import { systemClock } from '#platform/clock.ts'
import { createVault, parseMasterKey } from '#platform/vault/index.ts'
import { checkFiles } from '../../bench/crash/check-files.ts'
import { checkStorage } from '../../bench/crash/check-storage.ts'
import { type Expected, uploadUntilCut } from '../../bench/crash/upload-until-cut.ts'
import { inParallel } from '../../bench/server/in-parallel.ts'
import { expectStatus } from '../../bench/server/create-tenant.ts'
import { openApi } from '../../bench/server/data-directory.ts'
import { waitUntilRead } from '../../bench/server/list-files.ts'
import { type ServerProcess, startServer } from '../../bench/server/start-server.ts'
import { createCorpus } from '../../bench/speed/write-corpus.ts'
import { until } from '../support/wait.ts'

const timeoutMs = 300_000
const settings = { BULKHEAD_KEY_MEMORY_MS: '200' }
let dataDir = ''
let server: ServerProcess
let platform: Api
let tenant: Api
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'bulkhead-rotation-'))
  await start()
}, timeoutMs)
afterEach(async () => {
  await server.kill()
  await rm(dataDir, { recursive: true, force: true })
})

async function start(): Promise<void> {
  server = startServer({ dataDir, settings })
  const url = await server.ready
  platform = await openApi(url, dataDir, 'platform')
  tenant = await openApi(url, dataDir, 'tenant')
}

async function killAndStart(): Promise<void> {
  await server.kill()
  await start()
}

async function uploadFiles(count: number): Promise<Expected[]> {
  const { writeDocument } = createCorpus(1)
  const files = Array.from({ length: count }, (_, i) => ({
    name: `guide ${i}.md`,
    content: new TextEncoder().encode(writeDocument(4)),
    externalId: String(i),
    id: undefined,
  }))
  await uploadUntilCut(tenant, files)
  await waitUntilRead(tenant, timeoutMs)
  return files
}

async function expectWhole(files: readonly Expected[]): Promise<void> {
  expect(await checkFiles(tenant, files)).toEqual([])
  await server.stop()
  expect(await checkStorage({ dataDir, settings })).toEqual([])
}

type WrappedKey = { tenant: string; file: string; master: string }

/** What lies in the keyring, asked of the disk: the server may just have been killed. */
async function readKeyring(): Promise<WrappedKey[]> {
  const root = join(dataDir, 'keyring')
  const keys: WrappedKey[] = []
  for (const tenantId of await readdir(root)) {
    for (const file of await readdir(join(root, tenantId))) {
      if (!file.endsWith('.key')) continue
      const { master_id: master } = JSON.parse(await readFile(join(root, tenantId, file), 'utf8')) as {
        master_id: string
      }
      keys.push({ tenant: tenantId, file, master })
    }
  }
  return keys
}

/** Asks without a pause: what is waited for is over in a moment. */
async function watch<T>(look: () => Promise<T>, isThere: (now: T) => boolean): Promise<void> {
  const deadline = performance.now() + 60_000
  while (!isThere(await look())) {
    if (performance.now() > deadline) throw new Error('the change stands still')
  }
}

/** With nothing but the master key that the file has now. */
async function expectOpened(keys: readonly WrappedKey[]): Promise<void> {
  const current = parseMasterKey(await readFile(join(dataDir, 'master.key'), 'utf8'))
  const keyring = await openFileKeyring(join(dataDir, 'keyring'))
  const vault = createVault({ keyring, masters: { current, others: [] }, clock: systemClock, rememberMs: 0 })
  for (const { tenant } of keys) await expect(vault.keysOf(tenant)).resolves.toBeDefined()
}

type Rotation = {
  state: string
  sealing_key: number
  oldest_key: number
  pieces: number
  pieces_left: number
}

test(
  'a server that is killed while it seals a tenant anew ends with everything under the new key, once',
  async () => {
    const files = await uploadFiles(30)
    const me = expectStatus(200, await tenant.get<{ tenant_id: string }>('/v1/me'))
    const path = `/v1/keyring/tenants/${me.tenant_id}`
    const look = async () => expectStatus(200, await platform.get<Rotation>(path))
    expectStatus(202, await platform.post(`${path}/rotate`))
    let cutOff = 0
    for (const share of [0.8, 0.5, 0.2]) {
      await watch(look, ({ state, pieces, pieces_left: left }) => {
        return state === 'done' || (pieces > 0 && left <= pieces * share)
      })
      await killAndStart()
      if ((await look()).state === 'resealing') cutOff++
    }
    expect(cutOff, 'no kill had anything to cut off').toBeGreaterThan(0)
    const done = await until(
      'everything is sealed anew',
      async () => {
        const now = await look()
        return now.state === 'done' ? now : undefined
      },
      timeoutMs,
    )
    expect(done).toMatchObject({ sealing_key: 2, oldest_key: 2, pieces_left: 0 })
    await until('the old key is gone', async () =>
      (await readKeyring()).every(({ file }) => file === '2.key') ? true : undefined,
    )
    await expectWhole(files)
  },
  timeoutMs,
)

type Keyring = { master_key: string; keys: number; keys_left: number; is_rewrapping: boolean }

test(
  'a server that is killed while it changes its master key goes on by itself, and needs only the new one',
  async () => {
    const files = await uploadFiles(3)
    await inParallel(Array.from({ length: 150 }).keys().toArray(), 4, async (i) => {
      expectStatus(201, await platform.post('/v1/tenants', { slug: `tenant-${i}` }))
    })
    const look = async () => expectStatus(200, await platform.get<Keyring>('/v1/keyring'))
    const before = await look()
    expectStatus(202, await platform.post('/v1/keyring/rotate-master', { from: before.master_key }))
    let cutOff = 0
    for (const share of [0.8, 0.4]) {
      await watch(look, ({ keys, keys_left: left }) => left <= keys * share)
      await server.kill()
      if (new Set((await readKeyring()).map(({ master }) => master)).size === 2) cutOff++
      await start()
    }
    expect(cutOff, 'no kill had anything to cut off').toBeGreaterThan(0)
    const after = await until(
      'nothing is left',
      async () => {
        const now = await look()
        return now.keys_left === 0 && !now.is_rewrapping ? now : undefined
      },
      timeoutMs,
    )
    expect(after.keys).toBe(before.keys)
    expect(after.master_key).not.toBe(before.master_key)
    const keys = await readKeyring()
    expect(keys).toHaveLength(before.keys)
    expect(new Set(keys.map(({ master }) => master))).toEqual(new Set([after.master_key]))
    await expectOpened(keys)
    await expectWhole(files)
  },
  timeoutMs,
)
