import { randomUUID } from 'node:crypto'
import { afterAll, describe, expect, test } from 'vitest'
import { actingAs, openSession, outcomeOf } from '../support/act-as.ts'
import { createPartner, createSpaceKey, createTenant, freshDatabase, startTestApp } from '../support/app.ts'

/** Events and their chains, as the database itself keeps them: added to by those who serve, changed by nobody. */
type Ids = { tenant: string; space: string; second: string; partner: string; stranger: string }
type Audit = { is_valid: boolean }

const database = await freshDatabase()
const ids = await fillAndStop()
const session = await openSession(database)
afterAll(() => session.close())

async function fillAndStop(): Promise<Ids> {
  const app = await startTestApp({ database, worker: false })
  try {
    const { partner, api } = await createPartner(app, { slug: 'alder' })
    expect((await api.post('/v1/tenants', { slug: 'made-by-it' })).status).toBe(201)
    const own = await createTenant(app, { slug: 'own', partner: partner.id })
    await createTenant(app, { slug: 'stranger' })
    await createSpaceKey(app, own, { slug: 'second' })
    await createSpaceKey(app, own, { slug: 'third' })
    for (const name of ['a', 'b', 'c', 'd']) await own.api.patch('/v1/spaces/second', { name })
    expect((await own.api.get<Audit>('/v1/audit/verify')).body).toMatchObject({ is_valid: true })
    for (const api of [app.platform, app.tenant])
      expect((await api.get<Audit>('/v1/audit/verify')).body.is_valid).toBe(true)
  } finally {
    await app.close()
  }
  return database.asOwner(async (client) => {
    const one = async (sql: string) => (await client.query<{ id: string }>(sql)).rows[0]?.id ?? ''
    const tenant = await one("select id from tenants where slug = 'own'")
    return {
      tenant,
      space: await one(`select id from spaces where slug = 'second' and tenant_id = '${tenant}'`),
      second: await one(`select id from spaces where slug = 'third' and tenant_id = '${tenant}'`),
      partner: await one("select id from partners where slug = 'alder'"),
      stranger: await one("select id from tenants where slug = 'stranger'"),
    }
  })
}

const attempt = (role: string, settings: Record<string, string>, sql: string, values: unknown[] = []) =>
  actingAs(session.client, role, settings, () => outcomeOf(session.client, sql, values))
const adding = `insert into events (tenant_id, id, space_id, type, subject_type, subject_id, actor_type, actor_id,
  request_id, outcome, details, created_at)
  values ($1, $2, $3, 'space.updated', 'space', 's', 'key', 'k', 'r', 'done', '{}', now())`
const add = (role: string, settings: Record<string, string>, tenant: string, space: string | null) =>
  attempt(role, settings, adding, [tenant, randomUUID(), space])

const serving = (): [string, Record<string, string>][] => [
  ['bulkhead_tenant', { tenant_id: ids.tenant }],
  ['bulkhead_space', { tenant_id: ids.tenant, spaces: `{${ids.space}}` }],
  [
    'bulkhead_part',
    {
      tenant_id: ids.tenant,
      spaces: `{${ids.space}}`,
      sees_spaces: `{${ids.space}}`,
      sees: '{}',
      sees_not: '{}',
    },
  ],
]

describe.each(serving())('%s', (role, settings) => {
  const acting = (sql: string) => attempt(role, settings, sql)

  test('reads and adds events of its own', async () => {
    expect(await acting('select id from events')).toBeGreaterThan(0)
    expect(await add(role, settings, ids.tenant, ids.space)).toBe(1)
    expect(await add(role, settings, ids.tenant, null)).toBe(1)
  })

  test.each([
    ['no tenant', ''],
    ['a tenant of nobody', randomUUID()],
  ])('with %s it neither reads nor adds', async (_, tenant_id) => {
    const set = { ...settings, tenant_id }
    expect(await attempt(role, set, 'select id from events')).toBe(0)
    expect(await add(role, set, ids.tenant, null)).toBe('42501')
  })

  test('adds none for a stranger, and sees none of theirs', async () => {
    expect(
      await attempt('bulkhead_tenant', { tenant_id: ids.stranger }, 'select id from events'),
    ).toBeGreaterThan(0)
    expect(await add(role, settings, ids.stranger, null)).toBe('42501')
    expect(await acting(`select id from events where tenant_id = '${ids.stranger}'`)).toBe(0)
  })

  test('changes none, removes none, numbers none', async () => {
    expect(await acting("update events set details = '{}'")).toBe('42501')
    expect(await acting('update events set number = 1000')).toBe('42501')
    expect(await acting('delete from events')).toBe('42501')
    expect(await acting('delete from event_chains')).toBe('42501')
    expect(await acting('update event_chains set number = 0')).toBe('42501')
    const numbered = adding
      .replace('created_at)', 'created_at, number, hash)')
      .replace('now())', "now(), 900, '\\x00')")
    expect(await attempt(role, settings, numbered, [ids.tenant, randomUUID(), ids.space])).toBe('42501')
  })
})

test.each(serving().slice(1))(
  '%s sees and adds nothing of another space, or of none',
  async (role, settings) => {
    const inSecond = `select id from events where space_id = '${ids.second}'`
    expect(await attempt('bulkhead_tenant', { tenant_id: ids.tenant }, inSecond)).toBeGreaterThan(0)
    expect(await attempt(role, settings, inSecond)).toBe(0)
    expect(await attempt(role, settings, 'select id from events where space_id is null')).toBe(0)
    expect(await add(role, settings, ids.tenant, ids.second)).toBe('42501')
    expect(await attempt(role, settings, 'select number from event_chains')).toBe('42501')
  },
)

test.each(['bulkhead_platform', 'bulkhead_partner'])('%s sees nothing of a tenant’s events', async (role) => {
  const settings = role === 'bulkhead_platform' ? { platform: 'on' } : { partner_id: ids.partner }
  expect(await attempt(role, settings, 'select id from events')).toBe('42501')
  expect(await attempt(role, settings, 'select id from admin_events')).toBeGreaterThan(0)
  expect(await attempt(role, settings, 'delete from admin_events')).toBe('42501')
})

test('a partner sees its own chain and adds to no other', async () => {
  const settings = { partner_id: ids.partner }
  const foreign = `select id from admin_events where chain <> '${ids.partner}'`
  expect(await attempt('bulkhead_platform', { platform: 'on' }, foreign)).toBeGreaterThan(0)
  expect(await attempt('bulkhead_partner', settings, foreign)).toBe(0)
  const into = `insert into admin_events (chain, id, type, subject_type, subject_id, actor_type, actor_id, request_id,
    outcome, details, created_at) values ($1, $2, 't', 's', 's', 'a', 'a', 'r', 'done', '{}', now())`
  expect(await attempt('bulkhead_partner', settings, into, [ids.partner, randomUUID()])).toBe(1)
  expect(await attempt('bulkhead_partner', settings, into, [randomUUID(), randomUUID()])).toBe('42501')
})

test('the sequencer sees one chain, and gives a number once', async () => {
  const settings = { tenant_id: ids.tenant }
  const seen = 'select id from events'
  expect(await attempt('bulkhead_sequencer', settings, seen)).toBeGreaterThan(0)
  expect(await attempt('bulkhead_sequencer', settings, `${seen} where tenant_id <> '${ids.tenant}'`)).toBe(0)
  expect(await attempt('bulkhead_sequencer', {}, seen)).toBe(0)
  expect(await attempt('bulkhead_sequencer', settings, 'update events set number = number + 1000')).toBe(
    'P0001',
  )
  expect(await attempt('bulkhead_sequencer', settings, "update events set details = '{}'")).toBe('42501')
  expect(await attempt('bulkhead_sequencer', settings, 'delete from events')).toBe('42501')
  expect(await attempt('bulkhead_sequencer', settings, 'select id from files')).toBe('42501')
})

test('the archivist takes out of one chain what events say, and nothing else', async () => {
  const settings = { tenant_id: ids.tenant }
  const act = (statement: string, under: Record<string, string> = settings) =>
    attempt('bulkhead_archivist', under, statement)
  const commitment = `jsonb_build_object('commitment', repeat('0f', 32))`
  const takingOut = `update events set details = jsonb_set(details, '{actor_name}', ${commitment}) where number = 1
    and tenant_id = '${ids.tenant}'`
  expect(await act(takingOut)).toBe(1)
  expect(await act(takingOut, { tenant_id: ids.stranger })).toBe(0)
  expect(await act(takingOut, {})).toBe(0)
  for (const details of [
    `'{}'`,
    `details - 'actor_name'`,
    `jsonb_set(details, '{actor_name,value}', '"other"')`,
    `jsonb_set(details, '{actor_name}', '{"commitment": "00"}')`,
    `jsonb_set(details, '{actor_name}', ${commitment} || '{"value": "other"}')`,
    `jsonb_set(details, '{other}', ${commitment})`,
  ])
    expect(await act(`update events set details = ${details} where number = 1`), details).toBe('P0001')
  for (const forbidden of [
    "update events set type = 'other'",
    'update events set number = 7',
    'select id from files',
    'update event_chains set number = 1',
  ])
    expect(await act(forbidden), forbidden).toBe('42501')
})

test('the archivist ends entries up to a checkpoint of their chain, which moves on and is no tenant’s', async () => {
  const settings = { tenant_id: ids.tenant }
  const checkpoint = (id: number, hash = 'a') =>
    `update event_chains set checkpoint = '{"id": ${id}, "hash": "${hash}"}'`
  await actingAs(session.client, 'bulkhead_archivist', settings, async () => {
    const act = (statement: string) => outcomeOf(session.client, statement)
    expect(await act('delete from events where number is not null')).toBe(0)
    expect(await act(checkpoint(2))).toBe(1)
    expect(await act('delete from events where number > 2')).toBe(0)
    expect(await act('delete from events')).toBe(2)
    expect(await act(checkpoint(1))).toBe('P0001')
  })
  for (const [id, hash] of [
    [1_000_000, 'a'],
    [0, 'a'],
  ] as const)
    expect(await attempt('bulkhead_archivist', settings, checkpoint(id, hash)), String(id)).toBe('P0001')
  expect(await attempt('bulkhead_archivist', settings, 'update event_chains set checkpoint = null')).toBe(
    'P0001',
  )
  expect(await attempt('bulkhead_archivist', {}, checkpoint(1))).toBe(0)
  for (const [role, own] of serving()) {
    expect(await attempt(role, own, checkpoint(1))).toBe('42501')
    expect(await attempt(role, own, 'delete from events')).toBe('42501')
  }
})

test('whoever looks for events without a number sees whose they are, and nothing else', async () => {
  await actingAs(session.client, 'bulkhead_tenant', { tenant_id: ids.tenant }, async () => {
    await session.client.query(adding, [ids.tenant, randomUUID(), null])
    await session.client.query(`set local role bulkhead_system; set local app.unnumbered = 'on'`)
    const { rows } = await session.client.query('select tenant_id from events')
    expect(rows).toEqual([{ tenant_id: ids.tenant }])
    expect(await outcomeOf(session.client, 'select details from events')).toBe('42501')
    await session.client.query(`set local app.unnumbered = ''`)
    expect(await outcomeOf(session.client, 'select tenant_id from events')).toBe(0)
  })
})
