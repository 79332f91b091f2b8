import { randomBytes } from 'node:crypto'
import { afterAll, expect, test } from 'vitest'
import { type Checkpoint, signCheckpoint, signingKeyOf } from '#platform/events/index.ts'
import {
  client,
  createPartner,
  createTenant,
  freshDatabase,
  startTestApp,
  type TestApp,
  until,
} from '../support/app.ts'

type Place = { id: number; hash: string }
type Entry = { id: number; type: string; data: { entries?: number; up_to?: number } }
type Head = Place & { public_key: string; checkpoint: Checkpoint | null }
type Verification = { checked: number; is_valid: boolean; after: Place; problems: { problem: string }[] }

const dayMs = 24 * 3_600_000
let aheadMs = 0
const database = await freshDatabase()
const settings = { BULKHEAD_AUDIT_DAYS: '90' }
const start = () => startTestApp({ database, settings, clock: { now: () => new Date(Date.now() + aheadMs) } })
let app = await start()
afterAll(async () => {
  await app.close()
  await database.drop()
})

/** A server that starts looks at once for what is to end. */
async function startAfter(days: number): Promise<TestApp> {
  await app.close()
  aheadMs += days * dayMs
  return (app = await start())
}

async function createKept(slug: string, keeps_days: number | null) {
  const made = await createTenant(app, { slug })
  const reply = await made.api.patch('/v1/audit/settings', { keeps_days })
  expect(reply).toMatchObject({ status: 200, body: { keeps_days, records_reads: 'soon' } })
  for (let n = 0; n < 3; n++) await made.api.post('/v1/spaces', { slug: `s${n}` })
  return { ...made, of: () => client(app.url, made.key) }
}
type Kept = Awaited<ReturnType<typeof createKept>>
const headOf = async ({ of }: Kept) => (await of().get<Head>('/v1/audit/head')).body
const verify = async ({ of }: Kept) => (await of().get<Verification>('/v1/audit/verify')).body
const entriesOf = async ({ of }: Kept, query = '') =>
  (await of().get<{ data: Entry[] }>(`/v1/audit?order=oldest&limit=200${query}`)).body.data
const prunings = (kept: Kept) => entriesOf(kept, '&type=audit.pruned')
const isPruned = (kept: Kept, times = 1) =>
  until('old entries have ended', async () => (await prunings(kept)).length === times || undefined)

test('entries end when their time is over, and the chain goes on from a signed checkpoint', async () => {
  const [short, ever] = [await createKept('short', 30), await createKept('ever', null)]
  const before = await headOf(short)
  expect(before.checkpoint).toBeNull()
  const all = await entriesOf(ever)
  await startAfter(20)
  await short.of().post('/v1/spaces', { slug: 'later' })
  await startAfter(12)
  await isPruned(short)
  const { checkpoint, public_key } = await headOf(short)
  expect(checkpoint).toMatchObject({ id: before.id, hash: before.hash, public_key })
  expect(public_key).toBe(before.public_key)
  const [oldest, ...others] = await entriesOf(short)
  expect(oldest).toMatchObject({ id: before.id + 1, type: 'space.created' })
  expect(others.map(({ type, data }) => [type, data])).toEqual([
    ['audit.pruned', { entries: before.id, up_to: before.id }],
  ])
  const after = { id: before.id, hash: before.hash }
  expect(await verify(short)).toMatchObject({ is_valid: true, checked: 2, after, problems: [] })
  // Who keeps theirs has them all, and the feed goes on where it may.
  expect((await entriesOf(ever)).slice(0, all.length)).toEqual(all)
  expect(await prunings(ever)).toEqual([])
  const feed = await short.of().get<{ data: Entry[] }>('/v1/events/poll?after=0&wait=0')
  expect(feed.body.data[0]?.id).toBe(before.id + 1)
})

test('entries end once a day at most', async () => {
  const [kept, later] = [await createKept('daily', 30), await createKept('daily-later', 31)]
  await startAfter(31.6)
  await isPruned(kept)
  await kept.of().post('/v1/spaces', { slug: 'young' })
  await startAfter(0.5)
  // Looked at after the other one.
  await isPruned(later)
  expect(await prunings(kept)).toHaveLength(1)
  const { checkpoint } = await headOf(kept)
  await startAfter(31)
  await until(
    'more have ended',
    async () => (await headOf(kept)).checkpoint!.id > checkpoint!.id || undefined,
  )
  expect(await verify(kept)).toMatchObject({ is_valid: true })
})

test('what has ended does not count for an alert any more', async () => {
  const kept = await createKept('alerted', 1)
  const makeFolder = (name: string) => kept.of().post('/v1/folders', { name })
  const alert = { name: 'three', types: ['folder.created'], threshold: 3, window_seconds: 30 * 86_400 }
  expect((await kept.of().post('/v1/alerts', alert)).status).toBe(201)
  for (const name of ['a', 'b']) await makeFolder(name)
  await startAfter(3)
  await isPruned(kept)
  for (const name of ['c', 'd', 'e']) await makeFolder(name)
  const raised = await until(
    'it is raised',
    async () => (await entriesOf(kept, '&type=alert.raised'))[0]?.data,
  )
  const made = await entriesOf(kept, '&type=folder.created')
  expect(made).toHaveLength(3)
  expect(raised).toMatchObject({ count: 3, first_event: made[0]?.id, last_event: made[2]?.id })
})

test('a checkpoint that somebody else signed, moved or took away is told from ours', async () => {
  const kept = await createKept('forged', 1)
  const tampering = async (statement: string) => {
    await app.close()
    await database.asOwner(async (owner) => {
      await owner.query('begin; alter table event_chains disable trigger user')
      await owner.query(statement)
      await owner.query('alter table event_chains enable trigger user; commit')
    })
    app = await start()
  }
  await startAfter(3)
  await isPruned(kept)
  expect(await verify(kept)).toMatchObject({ is_valid: true })
  const own = `tenant_id = (select id from tenants where slug = 'forged')`
  const { checkpoint } = await headOf(kept)
  const { chain, id, hash } = checkpoint!
  for (const forged of [
    { ...checkpoint, created_at: '2020-01-01T00:00:00.000Z' },
    { ...checkpoint, public_key: '00'.repeat(32) },
    { ...checkpoint, id: id + 1 },
    signCheckpoint({ chain, id, hash }, new Date(), signingKeyOf(randomBytes(32))),
    null,
  ]) {
    const value = forged ? `'${JSON.stringify(forged)}'` : 'null'
    await tampering(`update event_chains set checkpoint = ${value}::jsonb where ${own}`)
    const { is_valid, problems } = await verify(kept)
    expect({ forged, is_valid }).toEqual({ forged, is_valid: false })
    expect(problems.length).toBeGreaterThan(0)
  }
  await tampering(`update event_chains set checkpoint = '${JSON.stringify(checkpoint)}' where ${own}`)
  expect(await verify(kept)).toMatchObject({ is_valid: true })
  await tampering(`delete from events where ${own} and number = ${id + 1}`)
  expect(await verify(kept)).toMatchObject({ is_valid: false })
})

test('the trails of partners and of the platform end as the server is set up', async () => {
  const { api, key } = await createPartner(app, { slug: 'kept-partner' })
  await api.post('/v1/tenants', { slug: 'below-kept' })
  const before = (await api.get<Head>('/v1/audit/head')).body
  await startAfter(92)
  const as = client(app.url, key)
  const pruned = async (of: typeof as) =>
    until(
      'old entries have ended',
      async () => (await of.get<Head>('/v1/audit/head')).body.checkpoint ?? undefined,
    )
  expect(await pruned(as)).toMatchObject({ id: before.id, hash: before.hash })
  await pruned(app.platform)
  for (const of of [as, app.platform])
    expect((await of.get<Verification>('/v1/audit/verify')).body).toMatchObject({ is_valid: true })
})

test('how long they are kept is said in whole days, by who manages the trail', async () => {
  const { api } = await createTenant(app, { slug: 'said' })
  for (const keeps_days of [0, -1, 1.5, '30', 36_501])
    expect((await api.patch('/v1/audit/settings', { keeps_days })).status, String(keeps_days)).toBe(422)
  const auditor = await api.post<{ secret: string }>('/v1/keys', {
    name: 'auditor',
    permissions: ['audit:read'],
  })
  const as = client(app.url, auditor.body.secret)
  expect((await as.get('/v1/audit/settings')).status).toBe(200)
  expect((await as.patch('/v1/audit/settings', { keeps_days: 1 })).status).toBe(403)
})
