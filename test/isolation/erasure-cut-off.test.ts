import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { Blobs } from '#adapters/blobs/port.ts'
import { openFileKeyring } from '#adapters/keyring/file.ts'
import type { EraseDeps } from '#features/lifecycle/erase-tenant.ts'
import { createTenant, freshDatabase, startTestApp } from '../support/app.ts'
import { endTenant, eraseDeps } from '../support/erase-here.ts'
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

const keyringDir = join(database.dataDir, 'keyring')

async function endTenantWithFile(slug: string) {
  const created = await createTenant(app, { slug })
  expect((await created.api.upload('note.md', 'A file that goes.')).status).toBe(201)
  return endTenant(app, created)
}

class CutOff extends Error {}

/** What the erasure does to the outside world, of which only the first `steps` happen. */
async function cutOffAfter(steps: number): Promise<EraseDeps> {
  let left = steps
  const step = <T>(act: () => Promise<T>): Promise<T> =>
    left-- > 0 ? act() : Promise.reject(new CutOff('killed'))
  const { db, blobs, destroyKeys, forgetTenant } = await eraseDeps(app)
  return {
    db: { ...db, system: (reason, work, settings) => step(() => db.system(reason, work, settings)) },
    blobs: { removeAll: (scope) => step(() => blobs.removeAll(scope)) },
    destroyKeys: (id) => step(() => destroyKeys(id)),
    forgetTenant,
  }
}

test('cut off after any of its steps and run again, an erasure ends with nothing left', async () => {
  const ids: string[] = []
  const afterCut: { status: number; hasKeys: boolean }[] = []
  for (let steps = 0, ended = false; !ended; steps++) {
    const { id, erase, status } = await endTenantWithFile(`cut-${steps}`)
    expect(await readdir(keyringDir)).toContain(id)
    ended = await erase(await cutOffAfter(steps)).then(
      () => true,
      (error: unknown) => {
        expect(error).toBeInstanceOf(CutOff)
        return false
      },
    )
    if (!ended) {
      afterCut.push({ status: await status(), hasKeys: (await readdir(keyringDir)).includes(id) })
      await erase(await eraseDeps(app))
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
  const { id, erase, status } = await endTenantWithFile('late-key')
  const deps = await eraseDeps(app)
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
  await erase({ ...deps, blobs: { removeAll }, destroyKeys })
  expect(await status()).toBe(404)
  await whileClosed(async () => expect(await tracesOfId(database, id)).toEqual([]))
})
