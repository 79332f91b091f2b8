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
const app = await startTestApp({ database, worker: false })
afterAll(() => database.drop())

const enqueue = () => Promise.reject(new Error('an erasure queues nothing'))

class CutOff extends Error {}

/** What the erasure does to the outside world, of which only the first `steps` happen. */
async function cutOffAfter(steps: number) {
  let left = steps
  const step = <T>(act: () => Promise<T>): Promise<T> =>
    left-- > 0 ? act() : Promise.reject(new CutOff('killed'))
  const blobs = await openFileSystemBlobs(join(database.dataDir, 'blobs'))
  const keyring = await openFileKeyring(join(database.dataDir, 'keyring'))
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
  const afterCut: number[] = []
  for (let steps = 0, ended = false; !ended; steps++) {
    const { tenant, api } = await createTenant(app, { slug: `cut-${steps}` })
    expect((await api.upload('note.md', 'A file that goes.')).status).toBe(201)
    expect((await app.platform.delete(`/v1/tenants/${tenant.id}`)).status).toBe(202)
    const id = parseId('ten', tenant.id) ?? ''
    const partnerId = parseId('ptn', tenant.partner_id) ?? ''
    const scope = scopeOfEndingTenant(operatorScope('doctor'), { id, partnerId })
    const run = { id: '00000000-0000-0000-0000-000000000000', attempt: 1, signal: scope.signal, enqueue }
    ended = await eraseTenant(scope, run, await cutOffAfter(steps)).then(
      () => true,
      (error: unknown) => {
        expect(error).toBeInstanceOf(CutOff)
        return false
      },
    )
    if (!ended) {
      afterCut.push((await app.platform.get(`/v1/tenants/${tenant.id}`)).status)
      await eraseTenant(scope, run, await cutOffAfter(Infinity))
    }
    expect((await app.platform.get(`/v1/tenants/${tenant.id}`)).status).toBe(404)
    ids.push(id)
  }
  expect(afterCut.length).toBeGreaterThan(10)
  expect(new Set(afterCut), 'a cut-off erasure is still there to be gone on with').toEqual(new Set([200]))
  await app.close()
  for (const id of ids) expect(await tracesOfId(database, id)).toEqual([])
}, 300_000)
