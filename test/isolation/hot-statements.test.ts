import { afterAll, beforeAll, expect, test } from 'vitest'
import { tenantTables } from '#platform/db/tables.generated.ts'
import { type Api, startTestApp, type TestApp, until, uploadReady } from '../support/app.ts'
import { freshDatabase } from '../support/database.ts'
import { create, createPerson, grant } from '../support/people.ts'
import { fillWithStrangers } from './hot-statements/fill-with-strangers.ts'
import { recordStatements, type Sent } from './hot-statements/record-statements.ts'
import { type Scan, scansOf } from './hot-statements/scans.ts'

/**
 * What the server really sends in its hot routes, among thousands of tenants: every statement reaches its rows by an
 * index that begins with the tenant. Of a tenant's content nothing is asked under a name, so PostgreSQL plans each for
 * its own values; a generic plan, made for the average tenant, is never used.
 */
const database = await freshDatabase()
const recording = recordStatements()
let scans: Map<Sent, Scan[]>
let forgetful: Scan[]

beforeAll(async () => {
  await database.asOwner(fillWithStrangers)
  const app = await startTestApp({ database })
  try {
    await callHotRoutes(app)
  } finally {
    await app.close()
  }
  const sent = recording.stop()
  const looseStatement = {
    text: 'select id from files where name = $1',
    values: ['a'],
    role: 'none',
    acting: [],
    isNamed: false,
  }
  await database.asOwner(async (client) => {
    scans = await scansOf(client, sent)
    forgetful = [...(await scansOf(client, [looseStatement])).values()].flat()
  })
}, 300_000)
afterAll(() => database.drop())

/** Somebody who may read one file, by a grant to a group; the space is closed to them. */
async function makeGuest(app: TestApp, file: string): Promise<Api> {
  const guest = await createPerson(app, app.tenant, { roles: ['guest'] })
  const group = await create<{ id: string }>(app.tenant, '/v1/groups', { name: 'guests' })
  await app.tenant.post(`/v1/groups/${group.id}/members`, { user: guest.id })
  await grant(app.tenant, { group: group.id, file })
  return guest.api
}

async function callHotRoutes(app: TestApp) {
  const { id } = await uploadReady(app.tenant, 'insurance.txt', 'Every delivery is insured against theft.')
  const guest = await makeGuest(app, id)
  recording.start()
  const asked = await guest.post('/v1/search', { query: 'insured', mode: 'text' })
  expect(asked).toMatchObject({ status: 200, body: { total: 1 } })
  for (const path of ['/v1/me', '/v1/files', `/v1/files/${id}`]) {
    expect({ path, status: (await guest.get(path)).status }).toEqual({ path, status: 200 })
  }
  const told = { url: 'https://nowhere.invalid/', types: ['folder.created'] }
  const { body: webhook } = await app.tenant.post<{ id: string }>('/v1/webhooks', told)
  const counted = { types: ['folder.created'], threshold: 1, window_seconds: 60 }
  await create(app.tenant, '/v1/alerts', { name: 'folders', ...counted })
  const named = { headers: { 'idempotency-key': 'once' } }
  expect((await app.tenant.post('/v1/folders', { name: 'once' }, named)).status).toBe(201)
  for (const path of [
    '/v1/me',
    '/v1/spaces',
    '/v1/spaces/default',
    '/v1/files',
    '/v1/files?status=ready&limit=10',
    `/v1/files/${id}`,
    `/v1/files/${id}/text`,
    `/v1/files/${id}/chunks`,
    `/v1/files/${id}/content`,
    '/v1/keys',
    '/v1/groups',
    '/v1/events',
    '/v1/events?created_after=2026-01-01T00:00:00Z',
    '/v1/events/digest?period=day',
  ]) {
    const { status } = await app.tenant.get(path)
    expect({ path, status }).toEqual({ path, status: 200 })
  }
  await until('the webhook was tried', async () => {
    const list = await app.tenant.get<{ data: { attempts: number }[] }>(
      `/v1/webhooks/${webhook.id}/deliveries`,
    )
    return list.body.data.find(({ attempts }) => attempts > 0)
  })
  await until('the alert was raised', async () => {
    const list = await app.tenant.get<{ data: object[] }>('/v1/events?type=alert.raised')
    return list.body.data[0]
  })
  const rules = [{ equal: ['insured', 'covered'] }]
  expect(await app.tenant.put('/v1/spaces/default/synonyms', { rules })).toMatchObject({ status: 200 })
  const found = await app.tenant.post<{ total: number }>('/v1/search', { query: 'insured', mode: 'text' })
  expect(found).toMatchObject({ status: 200, body: { total: 1 } })
  const shaped = { context: 1, facets: ['type', 'space', 'metadata.year'], filter: { type: 'text/*' } }
  for (const body of [
    { query: 'insured', ...shaped },
    { like: { file: id }, ...shaped },
  ]) {
    expect(await app.tenant.post('/v1/search', body)).toMatchObject({ status: 200 })
  }
  await app.tenant.post('/v1/ask', { question: 'What is every delivery insured against?' })
  // Queued, claimed, read, published, found, removed.
  const second = await uploadReady(app.tenant, 'second.txt', 'A second delivery.')
  expect(await app.tenant.post('/v1/search', { query: 'second', mode: 'text' })).toMatchObject({
    body: { total: 1 },
  })
  expect(await app.tenant.delete(`/v1/files/${second.id}`)).toMatchObject({ status: 204 })
}

test('of every kind were recorded: by the tenant, within a space, at sign-in, and of the queue', () => {
  const roles = new Set([...scans.keys()].map(({ role }) => role))
  // The look for left-over bytes that follows each start lists tenants, and may still be at it.
  roles.delete('bulkhead_platform')
  const serving = ['tenant', 'space', 'part', 'system', 'jobs', 'sequencer'].map((name) => `bulkhead_${name}`)
  expect(roles).toEqual(new Set(serving))
  const reached = new Set([...scans.values()].flat().map(({ table }) => table))
  expect([...reached]).toEqual(expect.arrayContaining([...tenantTables, 'keys', 'job_common']))
})

test('on tenant tables go by an index whose condition names the tenant, or the secret that was presented', () => {
  const presented = /^\(secret_hash = /
  const wrong = [...scans].flatMap(([{ text, role }, found]) =>
    found
      .filter(({ table }) => tenantTables.some((name) => name === table))
      .filter(({ index, condition }) => index === undefined || !/\(tenant_id = /.test(condition))
      .filter(({ condition }) => role !== 'bulkhead_system' || !presented.test(condition))
      // Whose events still lack a number is asked of all: of those alone.
      .filter(({ index }) => role !== 'bulkhead_system' || index !== 'events_without_number')
      // Whose webhooks and alerts are behind is asked of all: how far each is, and nothing else.
      .filter(() => role !== 'bulkhead_system' || !text.includes('"webhook_endpoints"'))
      .map((scan) => ({ ...scan, text })),
  )
  expect(wrong).toEqual([])
})

test('that look for a key go by its hash or its tenant', () => {
  const found = [...scans.values()].flat().filter(({ table }) => table === 'keys')
  expect(found.length).toBeGreaterThan(0)
  for (const { index, condition } of found) {
    expect(index).toBeDefined()
    expect(condition).toMatch(/secret_hash = |tenant_id = /)
  }
})

test('that claim a job go by the index of its queue', () => {
  const claims = [...scans].filter(([{ text }]) => /for update[^]*skip locked/i.test(text))
  const found = claims.flatMap(([, all]) => all.filter(({ table }) => table === 'job_common'))
  expect(found.length).toBeGreaterThan(0)
  for (const { index } of found) expect(index).toBeDefined()
})

test('would be seen if they forgot the tenant', () => {
  const [found] = forgetful
  expect(found).toMatchObject({ table: 'files', index: undefined })
})

test('of a tenant’s content carry no name, under which PostgreSQL would keep a plan for the average tenant', () => {
  const mayBeNamed = ['bulkhead_system', 'bulkhead_sequencer', 'bulkhead_jobs']
  const named = [...scans.keys()].filter(({ isNamed, role }) => isNamed && !mayBeNamed.includes(role))
  // What is written and not asked for has one plan whoever's it is.
  const givesRows = /^insert into "\w+" \([^()]*\) values \([^()]*\)$/
  expect(named.filter(({ text }) => !givesRows.test(text)).map(({ text }) => text)).toEqual([])
})
