import { join } from 'node:path'
import { expect } from 'vitest'
import { openFileSystemBlobs } from '#adapters/blobs/file-system.ts'
import { openFileKeyring } from '#adapters/keyring/file.ts'
import { scopeOfQueueing } from '#features/access/index.ts'
import { operatorScope } from '#features/access/operator.ts'
import { type EraseDeps, eraseTenant } from '#features/lifecycle/erase-tenant.ts'
import { parseId } from '#platform/ids.ts'
import type { TestApp, TestTenant } from './app.ts'

export type EndingTenant = {
  /** As the database has it. */
  id: string
  /** Runs the erasure as the job does, to its end or to where `deps` cut it off. */
  erase: (deps: EraseDeps) => Promise<void>
  /** Of `GET /v1/tenants/{id}`. */
  status: () => Promise<number>
}

/** Orders the end of a tenant. On an app without a worker only the test then erases anything. */
export async function endTenant(app: TestApp, { tenant }: TestTenant): Promise<EndingTenant> {
  const path = `/v1/tenants/${tenant.id}`
  expect((await app.platform.delete(path)).status).toBe(202)
  const id = parseId('ten', tenant.id) ?? ''
  const partnerId = parseId('ptn', tenant.partner_id) ?? ''
  const scope = scopeOfQueueing(operatorScope('doctor'), { id, partnerId })
  const run = { id: '00000000-0000-0000-0000-000000000000', attempt: 1, signal: scope.signal, enqueue }
  return {
    id,
    erase: (deps) => eraseTenant(scope, run, deps),
    status: async () => (await app.platform.get(path)).status,
  }
}

const enqueue = () => Promise.reject(new Error('an erasure queues nothing'))

/** What an erasure works on: the app's database, and its files past the app. */
export async function eraseDeps({ db, database }: TestApp): Promise<EraseDeps> {
  const blobs = await openFileSystemBlobs(join(database.dataDir, 'blobs'))
  const keyring = await openFileKeyring(join(database.dataDir, 'keyring'))
  return { db, blobs, destroyKeys: keyring.destroy, forgetTenant: () => {} }
}
