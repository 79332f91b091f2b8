import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createMetrics } from '#http/index.ts'
import type { Database, Db } from '#platform/db/index.ts'
import { randomIds } from '#platform/ids.ts'
import { createLog } from '#platform/log.ts'
import type { PlatformScope, TenantScope } from '#platform/scope/index.ts'
import { mintScope } from '#platform/scope/mint.ts'
import type { SearchIndexes } from './cache/search-indexes.ts'
import { addSpaces, openWorkspace } from './reference/open-workspace.ts'
import { createWarmUp } from './warm-up.ts'

const [partnerId, tenantId, otherId] = [randomIds.uuid(), randomIds.uuid(), randomIds.uuid()]
const common = () => ({
  subject: { type: 'key', id: randomIds.uuid(), name: 'k' } as const,
  requestId: 'r',
  signal: new AbortController().signal,
})
const scopeOf = (more: Partial<TenantScope> = {}) =>
  mintScope<TenantScope>({
    ...common(),
    level: 'tenant',
    partnerId,
    tenantId,
    spaces: 'all',
    permissions: new Set(['search:query']),
    ...more,
  })
const operator = mintScope<PlatformScope>({ ...common(), level: 'platform', permissions: new Set() })

let database: Database
let db: Db
let spaces: string[]
beforeAll(async () => {
  database = await openWorkspace([tenantId, otherId], partnerId)
  db = database.db
  spaces = await addSpaces(db, scopeOf(), ['one', 'two', 'three'])
})
afterAll(() => database.close())

/** Notes what is brought up, and whether two ever are at the same time. */
function openWarmUp() {
  const warmed: string[] = []
  let running = 0
  let most = 0
  const warm: SearchIndexes['warm'] = async (scope, { id }, read) => {
    most = Math.max(most, ++running)
    await read((tx) => tx.kysely.selectFrom('spaces').select('id').execute())
    warmed.push(`${scope.tenantId} ${id}`)
    running--
  }
  const indexes: SearchIndexes = {
    warm,
    ready: () => Promise.reject(new Error('nobody asked')),
    forget: () => {},
  }
  const deps = { db, indexes, metrics: createMetrics(), log: createLog('silent') }
  return { warmUp: createWarmUp(deps), warmed, most: () => most }
}

const until = async (isDone: () => boolean) => {
  for (let tries = 0; !isDone(); tries++) {
    if (tries > 1000) throw new Error('it does not come')
    await pause(20)
  }
}

test('a caller’s spaces are brought up once, one after the other, and only those they may search', async () => {
  const { warmUp, warmed, most } = openWarmUp()
  const [all, bound] = [scopeOf(), scopeOf({ spaces: [spaces[1]!] })]
  for (let i = 0; i < 20; i++) for (const scope of [all, bound]) warmUp.caller(scope)
  warmUp.caller(scopeOf({ permissions: new Set(['files:read']) }))
  warmUp.caller(operator)
  await until(() => warmed.length >= 4)
  await warmUp.close()
  const expected = [...spaces, spaces[1]!].map((id) => `${tenantId} ${id}`)
  expect(warmed.toSorted()).toEqual(expected.toSorted())
  expect(most()).toBe(1)
})

test('a space that is written a hundred times in a row is brought up once', async () => {
  const { warmUp, warmed } = openWarmUp()
  for (let i = 0; i < 100; i++) warmUp.space(scopeOf(), spaces[0]!)
  await until(() => warmed.length > 0)
  await warmUp.close()
  expect(warmed).toEqual([`${tenantId} ${spaces[0]}`])
})

test('for a tenant that was suspended meanwhile nothing is read, nor after the server began to stop', async () => {
  const { warmUp, warmed } = openWarmUp()
  const setStatus = (status: string) =>
    db.platform(operator, (tx) => {
      tx.unrecorded('kept')
      return tx.kysely.updateTable('tenants').set({ status }).where('id', '=', tenantId).execute()
    })
  warmUp.caller(scopeOf())
  await setStatus('suspended')
  const [theirs] = await addSpaces(db, scopeOf({ tenantId: otherId }), ['one'])
  warmUp.caller(scopeOf({ tenantId: otherId }))
  await until(() => warmed.length > 0)
  await setStatus('active')
  warmUp.caller(scopeOf())
  await warmUp.close()
  warmUp.caller(scopeOf())
  await pause(500)
  expect(warmed).toEqual([`${otherId} ${theirs}`])
})
