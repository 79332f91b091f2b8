import { afterAll, beforeAll, expect, test } from 'vitest'
import { addSpaces, openWorkspace } from '#features/search/reference/open-workspace.ts'
import type { Chain, NewEvent } from '#platform/events/index.ts'
import { randomIds } from '../ids.ts'
import { mintScope } from '../scope/mint.ts'
import type { TenantScope } from '../scope/scope.ts'
import type { Database, TenantTx } from './index.ts'

const partnerId = randomIds.uuid()
const [own, other] = [randomIds.uuid(), randomIds.uuid()]
const noted: Chain[] = []
let database: Database
beforeAll(async () => {
  database = await openWorkspace([own, other], partnerId)
  await addSpaces(database.db, scopeOf(own), ['one', 'two'])
  database.db.onRecorded((chain) => noted.push(chain))
})
afterAll(() => database.close())

const scopeOf = (tenantId: string) =>
  mintScope<TenantScope>({
    level: 'tenant',
    partnerId,
    tenantId,
    spaces: 'all',
    subject: { type: 'operator', id: 'test', name: 'test' },
    permissions: new Set(),
    requestId: 'test',
    signal: new AbortController().signal,
  })
const inOwn = <T>(work: (tx: TenantTx) => Promise<T>) => database.db.tenant(scopeOf(own), work)
const rename = (tx: TenantTx, name: string) => tx.kysely.updateTable('spaces').set({ name }).execute()
const names = () => inOwn((tx) => tx.kysely.selectFrom('spaces').select('name').distinct().execute())
const event: NewEvent = { type: 'space.updated', subject: { type: 'space', id: randomIds.uuid(), name: 's' } }
const countEvents = async () =>
  (await inOwn((tx) => tx.kysely.selectFrom('events').select('id').execute())).length

test('the archivist acts for who may see all of the tenant, and for nobody who is held to spaces', async () => {
  const asArchivist = (scope: TenantScope) =>
    database.db.tenant(scope, (tx) =>
      tx.withArchivistRole((kysely) => kysely.selectFrom('events').select('id').execute()),
    )
  await inOwn((tx) => tx.record(event))
  expect((await asArchivist(scopeOf(own))).length).toBeGreaterThan(0)
  const held = mintScope<TenantScope>({ ...scopeOf(own), spaces: [randomIds.uuid()] })
  await expect(asArchivist(held)).rejects.toThrow('a trail is of the tenant as a whole')
})

test('what records its event is committed, and its chain is told of', async () => {
  const before = await countEvents()
  await inOwn(async (tx) => {
    await rename(tx, 'recorded')
    await tx.record(event)
  })
  expect(await names()).toEqual([{ name: 'recorded' }])
  expect(await countEvents()).toBe(before + 1)
  expect(noted.at(-1)).toEqual({ level: 'tenant', id: own })
})

test('an event is there for what its transaction asks next, and goes with the commit where that is all', async () => {
  const before = await countEvents()
  const found = await inOwn(async (tx) => {
    await tx.record(event)
    await tx.record(event, event)
    return tx.kysely.selectFrom('events').select('id').execute()
  })
  expect(found).toHaveLength(before + 3)
  expect(await countEvents()).toBe(before + 3)
})

test('a statement that comes late brings nothing of what was recorded into the next transaction', async () => {
  const before = await countEvents()
  const late = await inOwn(async (tx) => {
    await tx.record(event)
    return tx
  })
  for (const statement of [() => late.record(event), () => rename(late, 'late')])
    await expect(statement()).rejects.toThrow('the transaction has ended')
  expect(await countEvents()).toBe(before + 1)
})

test('an event that the database refuses takes its effect with it, and the connection goes on', async () => {
  const before = await countEvents()
  const chains = noted.length
  const refused = inOwn(async (tx) => {
    await rename(tx, 'refused')
    await tx.record({ ...event, outcome: 'unheard of' as 'refused' })
  })
  await expect(refused).rejects.toMatchObject({ constraint: 'events_outcome_check' })
  expect(await names()).not.toContainEqual({ name: 'refused' })
  expect(await countEvents()).toBe(before)
  expect(noted).toHaveLength(chains)
})

test('a change that records nothing and gives no reason is not committed', async () => {
  const before = await names()
  await expect(inOwn((tx) => rename(tx, 'forgotten'))).rejects.toThrow('recorded no event')
  expect(await names()).toEqual(before)
})

test('a lock is enough to be asked', async () => {
  const lock = inOwn((tx) => tx.kysely.selectFrom('spaces').select('id').forUpdate().execute())
  await expect(lock).rejects.toThrow('recorded no event')
})

test('what gives a reason is committed, and what only reads needs none', async () => {
  await inOwn(async (tx) => {
    tx.unrecorded('derived')
    await rename(tx, 'derived')
  })
  expect(await names()).toEqual([{ name: 'derived' }])
})

test('an event goes with the transaction that fails', async () => {
  const before = await countEvents()
  const failing = inOwn(async (tx) => {
    await tx.record(event)
    throw new Error('no more')
  })
  await expect(failing).rejects.toThrow('no more')
  expect(await countEvents()).toBe(before)
})

test('what somebody did in another chain is not written into this one', async () => {
  const happened = { scope: scopeOf(other), at: new Date() }
  await expect(inOwn((tx) => tx.record({ ...event, happened }))).rejects.toThrow('another chain')
})
