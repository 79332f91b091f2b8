import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { operatorScope } from '#features/access/operator.ts'
import { scopeOfEndingTenant } from '#features/access/index.ts'
import { eraseTenant } from '#features/lifecycle/erase-tenant.ts'
import type { Blobs } from '#adapters/blobs/port.ts'
import { openFileSystemBlobs } from '#adapters/blobs/file-system.ts'
import { openFileKeyring } from '#adapters/keyring/file.ts'
import type { Db } from '#platform/db/index.ts'
import { parseId } from '#platform/ids.ts'
import { createTenant, freshDatabase, startTestApp } from '../support/app.ts'
import { tracesOfId } from '../support/traces.ts'

/** Without workers: only what this test runs erases anything. */
const database = await freshDatabase()
let app = await startTestApp({ database, worker: false })
afterAll(async () => {
  await app.close()
  await database.drop()
})

async function whileClosed(work: () => Promise<void>) {
  await app.close()
  await work()
  app = await startTestApp({ database, worker: false })
}

const enqueue = () => Promise.reject(new Error('an erasure queues nothing'))
const keyringDir = join(database.dataDir, 'keyring')

/** A tenant with a file, whose end was ordered, with what its erasure is called with. */
async function endTenant(slug: string) {
  const { tenant, api } = await createTenant(app, { slug })
  expect((await api.upload('note.md', 'A file that goes.')).status).toBe(201)
  const path = `/v1/tenants/${tenant.id}`
  expect((await app.platform.delete(path)).status).toBe(202)
  const id = parseId('ten', tenant.id) ?? ''
  const partnerId = parseId('ptn', tenant.partner_id) ?? ''
  const scope = scopeOfEndingTenant(operatorScope('doctor'), { id, partnerId })
  const run = { id: '00000000-0000-0000-0000-000000000000', attempt: 1, signal: scope.signal, enqueue }
  return { id, scope, run, status: async () => (await app.platform.get(path)).status }
}

class CutOff extends Error {}

/** What the erasure does to the outside world, of which only the first `steps` happen. */
async function cutOffAfter(steps: number) {
  let left = steps
  const step = <T>(act: () => Promise<T>): Promise<T> =>
    left-- > 0 ? act() : Promise.reject(new CutOff('killed'))
  const blobs = await openFileSystemBlobs(join(database.dataDir, 'blobs'))
  const keyring = await openFileKeyring(keyringDir)
  const db: Db = {
    ...app.db,
    system: (reason, work, settings) => step(() => app.db.system(reason, work, settings)),
  }
  const removeAll: Blobs['removeAll'] = (scope) => step(() => blobs.removeAll(scope))
  return {
    db,
    blobs: { removeAll },
    destroyKeys: (id: string) => step(() => keyring.destroy(id)),
    forgetTenant: () => {},
  }
}

test('cut off after any of its steps and run again, an erasure ends with nothing left', async () => {
  const ids: string[] = []
  const afterCut: { status: number; hasKeys: boolean }[] = []
  for (let steps = 0, ended = false; !ended; steps++) {
    const { id, scope, run, status } = await endTenant(`cut-${steps}`)
    expect(await readdir(keyringDir)).toContain(id)
    ended = await eraseTenant(scope, run, await cutOffAfter(steps)).then(
      () => true,
      (error: unknown) => {
        expect(error).toBeInstanceOf(CutOff)
        return false
      },
    )
    if (!ended) {
      afterCut.push({ status: await status(), hasKeys: (await readdir(keyringDir)).includes(id) })
      await eraseTenant(scope, run, await cutOffAfter(Infinity))
    }
    expect(await status()).toBe(404)
    ids.push(id)
  }
  const [uncut, ...cut] = afterCut
  expect(uncut).toEqual({ status: 200, hasKeys: true })
  expect(cut.length).toBeGreaterThan(10)
  for (const left of cut) {
    expect(left, 'it can be gone on with, and its keys go first of all').toEqual({
      status: 200,
      hasKeys: false,
    })
  }
  await whileClosed(async () => {
    for (const id of ids) expect(await tracesOfId(database, id)).toEqual([])
  })
}, 300_000)

test('a data key that comes after the first destruction does not outlive its tenant', async () => {
  const { id, scope, run, status } = await endTenant('late-key')
  const deps = await cutOffAfter(Infinity)
  const keyring = await openFileKeyring(keyringDir)
  let added = 0
  const destroyKeys = async (tenantId: string) => {
    await deps.destroyKeys(tenantId)
    const late = { version: 1, masterId: 'late', wrapped: Buffer.alloc(61), createdAt: new Date(0) }
    if (added++ === 0) await keyring.add(tenantId, late)
  }
  const removeAll: Blobs['removeAll'] = async (of) => {
    expect(await keyring.read(id), 'the late key is there').toHaveLength(1)
    await deps.blobs.removeAll(of)
  }
  await eraseTenant(scope, run, { ...deps, blobs: { removeAll }, destroyKeys })
  expect(await status()).toBe(404)
  await whileClosed(async () => expect(await tracesOfId(database, id)).toEqual([]))
})
