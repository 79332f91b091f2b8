import { afterAll, describe, expect, test } from 'vitest'
import { client, createPartner, createTenant, freshDatabase, startTestApp } from '../support/app.ts'

type Entry = {
  id: number
  chain: string
  type: string
  subject: { type: string; id: string; name: string | null }
  actor: { type: string; id: string; name: string | null }
  address: string | null
  user_agent: string | null
  request_id: string
  outcome: string
  data: Record<string, unknown>
  hash: string
}
type Trail = { data: Entry[]; next_cursor: string | null }
type Head = { chain: string; id: number; hash: string }
type Verification = {
  checked: number
  is_valid: boolean
  head: Head
  problems: { id: number; problem: string }[]
}

/** What somebody with all rights on the database may do to the chain of one tenant. */
const tamperings = {
  'a name': `update events set details = jsonb_set(details, '{subject_name,value}', '"other"') where number = 4`,
  'a salt': `update events set details = jsonb_set(details, '{subject_name,salt}', '"00"') where number = 4`,
  'a type': "update events set type = 'space.deleted' where number = 4",
  'who acted': "update events set actor_id = 'key_other' where number = 4",
  'a time': "update events set created_at = created_at + interval '1 ms' where number = 4",
  'a place': 'update events set space_id = null where number = 4',
  'an outcome': "update events set outcome = 'refused' where number = 4",
  'an entry, by leaving it out': 'delete from events where number = 4',
  'the last entry, by leaving it out': 'delete from events where number = 6',
  'the order': `update events set number = 100 where number = 4; update events set number = 4 where number = 5;
    update events set number = 5 where number = 100`,
  'a hash': "update events set hash = '\\x00' where number = 4",
  'an entry that was put in': `insert into events select tenant_id, gen_random_uuid(), space_id, folder_id, file_id, type,
    subject_type, subject_id, actor_type, actor_id, user_id, request_id, outcome, details, created_at, 7, hash
    from events where number = 6`,
} satisfies Record<string, string>

const database = await freshDatabase()
await fillAndTamper()
const app = await startTestApp({ database })
afterAll(async () => {
  await app.close()
  await database.drop()
})

function slugOf(i: number): string {
  return `tampered-${i}`
}

async function fillAndTamper(): Promise<void> {
  const before = await startTestApp({ database, worker: false })
  try {
    for (const i of Object.keys(tamperings).keys()) {
      const { api } = await createTenant(before, { slug: slugOf(i) })
      for (let n = 0; n < 4; n++) await api.post('/v1/spaces', { slug: `s${n}` })
      const { body } = await api.get<Verification>('/v1/audit/verify')
      expect(body).toMatchObject({ checked: 6, is_valid: true, problems: [] })
    }
  } finally {
    await before.close()
  }
  await database.asOwner(async (client) => {
    for (const [i, statements] of Object.values(tamperings).entries()) {
      const { rows } = await client.query<{ id: string }>('select id from tenants where slug = $1', [
        slugOf(i),
      ])
      // The trigger holds whoever may do anything but that.
      await client.query('begin; alter table events disable trigger user')
      for (const statement of statements.split(';'))
        await client.query(statement.replace(/ where (?=number)/, ` where tenant_id = '${rows[0]?.id}' and `))
      await client.query('alter table events enable trigger user; commit')
    }
  })
}

const keyOf = async (slug: string) => {
  const { body } = await app.platform.post<{ secret: string }>('/v1/keys', { name: 'auditor', tenant: slug })
  return body.secret
}

describe.each(Object.keys(tamperings).map((what, i) => ({ what, slug: slugOf(i) })))(
  'a chain in which somebody changed $what',
  ({ slug }) => {
    test('is told from a whole one', async () => {
      const api = client(app.url, await keyOf(slug))
      const { body } = await api.get<Verification>('/v1/audit/verify')
      expect(body.is_valid).toBe(false)
      expect(body.problems.length).toBeGreaterThan(0)
    })
  },
)

test('an entry says who, from where, with what, and by which request', async () => {
  const { api, key } = await createTenant(app, { slug: 'audited' })
  const response = await fetch(new URL('/v1/spaces', app.url), {
    method: 'POST',
    headers: {
      authorization: `Bearer ${key}`,
      'content-type': 'application/json',
      'user-agent': 'ledger/2.1',
    },
    body: JSON.stringify({ slug: 'seen' }),
  })
  const request = response.headers.get('x-request-id') ?? ''
  const { body } = await api.get<Trail>(`/v1/audit?request_id=${request}`)
  expect(body.data).toHaveLength(1)
  expect(body.data[0]).toMatchObject({
    type: 'space.created',
    actor: { type: 'key', name: 'key of audited' },
    address: '127.0.0.1',
    user_agent: 'ledger/2.1',
    request_id: request,
    outcome: 'done',
  })
})

test('platform, partners and tenants have chains of their own', async () => {
  const { partner, api } = await createPartner(app, { slug: 'chained' })
  await api.post('/v1/tenants', { slug: 'below' })
  const { body: ofPartner } = await api.get<Trail>('/v1/audit')
  expect(ofPartner.data.map(({ type }) => type)).toEqual(['tenant.created'])
  expect(ofPartner.data[0]?.chain).toBe(partner.id)
  const { body: ofPlatform } = await app.platform.get<Trail>('/v1/audit?limit=200')
  expect(ofPlatform.data.map(({ type }) => type)).toContain('partner.created')
  expect(ofPlatform.data.map(({ subject }) => subject.name)).not.toContain('below')
  expect((await app.platform.get<Head>('/v1/audit/head')).body.chain).toBe('platform')
  expect((await api.get('/v1/audit?space=default')).status).toBe(422)
})

test('refusals of who is nobody are counted in the chain of the platform', async () => {
  for (let i = 0; i < 3; i++) {
    const reply = await fetch(new URL('/v1/files', app.url), { headers: { authorization: 'Bearer nothing' } })
    expect(reply.status).toBe(401)
  }
  await expect
    .poll(async () => (await app.platform.get<Trail>('/v1/audit?outcome=refused')).body.data, {
      timeout: 30_000,
    })
    .toMatchObject([
      { type: 'request.refused', actor: { type: 'anonymous' }, data: { status: 401, times: 3 } },
    ])
})

test('what a key is tried for that opens nothing any more is told to whose it is', async () => {
  const own = await createTenant(app, { slug: 'tried' })
  const { partner } = await createPartner(app, { slug: 'tried-partner' })
  const below = await createTenant(app, { slug: 'tried-below', partner: partner.id })
  const stranger = await createTenant(app, { slug: 'tried-stranger' })
  const made = await own.api.post<{ id: string; secret: string }>('/v1/keys', { name: 'left behind' })
  await own.api.delete(`/v1/keys/${made.body.id}`)
  const late = client(app.url, made.body.secret)
  expect((await late.get<{ code: string }>('/v1/files')).body.code).toBe('auth.revoked')
  const refused = async (api: typeof own.api) =>
    (await api.get<Trail>('/v1/audit?outcome=refused')).body.data.map(({ actor, subject, data }) => ({
      actor: actor.id,
      route: subject.id,
      ...data,
    }))
  const told = { actor: made.body.id, route: 'GET /v1/files', status: 401, code: 'auth.revoked' }
  expect(await refused(own.api)).toEqual([told])
  expect(await refused(stranger.api)).toEqual([])
  await app.platform.post(`/v1/tenants/${below.tenant.id}/suspend`)
  expect((await below.api.get('/v1/spaces')).status).toBe(403)
  await app.platform.post(`/v1/tenants/${below.tenant.id}/resume`)
  expect(await refused(below.api)).toMatchObject([{ status: 403, code: 'tenancy.suspended' }])
})

test('an export has every entry as it is hashed, its beginning and its end', async () => {
  const { api, key, tenant } = await createTenant(app, { slug: 'exported' })
  for (let i = 0; i < 3; i++) await api.post('/v1/spaces', { slug: `s${i}`, name: '=1+1' })
  const read = async (query: string) => {
    const response = await fetch(new URL(`/v1/audit/export${query}`, app.url), {
      headers: { authorization: `Bearer ${key}` },
    })
    return { type: response.headers.get('content-type'), text: await response.text() }
  }
  const lines = (await read('')).text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as object)
  const { body: head } = await api.get<Head>('/v1/audit/head')
  expect(lines[0]).toMatchObject({ format: 'bulkhead-audit-1', chain: tenant.id, after: { id: 0 } })
  expect(lines.at(-1)).toEqual({ head: { id: head.id, hash: head.hash } })
  expect(lines).toHaveLength(head.id + 2)
  const table = await read('?format=csv')
  expect(table.type).toContain('text/csv')
  expect(table.text.split('\n')[0]).toContain('id,created_at,type')
  // What a spreadsheet would take for a formula is text there.
  expect(table.text).toContain("'=1+1")
  expect(table.text).not.toContain(',=1+1')
})

describe('what entries say about somebody', () => {
  const of = async (slug: string) => {
    const { api, key } = await createTenant(app, { slug })
    const jana = (
      await api.post<{ id: string }>('/v1/users', { email: 'jana@a.example', name: 'Jana Keller' })
    ).body
    await api.post('/v1/spaces', { slug: 'ledger' })
    const trail = async () => (await api.get<Trail>('/v1/audit?limit=200')).body.data
    const check = async () => (await api.get<Verification>('/v1/audit/verify')).body
    return { api, key, jana, trail, check }
  }

  test('is taken out of them, and the chain holds', async () => {
    const { api, jana, trail, check } = await of('redacted')
    const made = await api.post<{ secret: string }>('/v1/keys', { name: 'laptop of Jana', user: jana.id })
    const asJana = client(app.url, made.body.secret)
    expect((await asJana.get('/v1/me')).status).toBe(200)
    await api.patch(`/v1/users/${jana.id}`, { name: 'Jana Maier' })
    expect(JSON.stringify(await trail())).toMatch(/Jana Keller.*|jana@a/)
    const { body: head } = await api.get<Head>('/v1/audit/head')
    const reply = await api.post<object>('/v1/audit/redact', { about: jana.id })
    expect(reply.body).toEqual({ entries: 2, details: 4 })
    const told = (await trail()).filter(({ subject }) => subject.id === jana.id)
    expect(told).toHaveLength(2)
    expect(told).toMatchObject(told.map(() => ({ subject: { name: null }, data: {} })))
    expect((await trail())[0]).toMatchObject({ type: 'audit.redacted', data: { about: jana.id } })
    expect(await check()).toMatchObject({ is_valid: true, checked: head.id + 1 })
    // Asked for again there is nothing left to do.
    expect((await api.post('/v1/audit/redact', { about: jana.id })).body).toEqual({ entries: 0, details: 0 })
  })

  test('is taken out of single entries, piece by piece', async () => {
    const { api, trail, check } = await of('redacted-singly')
    const [newest, before] = await trail()
    expect(newest).toMatchObject({ type: 'space.created', address: '127.0.0.1', subject: { name: 'ledger' } })
    const body = { entries: [newest?.id, 9_999], details: ['address'] }
    expect((await api.post('/v1/audit/redact', body)).body).toEqual({ entries: 1, details: 1 })
    const after = (await trail()).find(({ id }) => id === newest?.id)
    expect(after).toEqual({ ...newest, address: null })
    expect((await trail()).find(({ id }) => id === before?.id)).toEqual(before)
    expect((await check()).is_valid).toBe(true)
  })

  test('of a partner’s or the platform’s trail is taken out there', async () => {
    const { partner, api } = await createPartner(app, { slug: 'redacting' })
    const { body } = await api.post<{ id: string }>('/v1/tenants', { slug: 'named-once' })
    expect((await api.post('/v1/audit/redact', { about: body.id })).status).toBe(200)
    const { data } = (await api.get<Trail>('/v1/audit')).body
    expect(data[0]).toMatchObject({ type: 'audit.redacted', subject: { type: 'chain', id: partner.id } })
    expect(data[1]).toMatchObject({ type: 'tenant.created', subject: { id: body.id, name: null } })
    expect((await api.get<Verification>('/v1/audit/verify')).body.is_valid).toBe(true)
    expect((await app.platform.post('/v1/audit/redact', { about: partner.id })).status).toBe(200)
    expect((await app.platform.get<Verification>('/v1/audit/verify')).body.is_valid).toBe(true)
  })

  test('stays where a stranger asks, who is told of nobody', async () => {
    const owner = await of('redacted-owner')
    const stranger = await of('redacted-stranger')
    const before = await owner.trail()
    const named = before.find(({ subject }) => subject.id === owner.jana.id)
    expect(named?.subject.name).not.toBeNull()
    const unknown = { about: 'usr_00000000000000000000000000' }
    const [foreign, random] = [
      await stranger.api.post<object>('/v1/audit/redact', { about: owner.jana.id }),
      await stranger.api.post<object>('/v1/audit/redact', unknown),
    ]
    expect(foreign.status).toBe(404)
    expect({ ...foreign.body, request_id: '' }).toEqual({ ...random.body, request_id: '' })
    expect((await owner.trail()).find(({ id }) => id === named?.id)).toEqual(named)
  })

  test('stays where it is not clear which, or somebody may only read', async () => {
    const { api, jana } = await of('redacted-unclear')
    for (const body of [
      {},
      { about: jana.id, entries: [1] },
      { about: jana.id, details: ['data'] },
      { details: ['data'] },
      { entries: [] },
      { entries: [1], details: ['type'] },
    ])
      expect((await api.post('/v1/audit/redact', body)).status, JSON.stringify(body)).toBe(422)
    const reader = await api.post<{ secret: string }>('/v1/keys', {
      name: 'auditor',
      permissions: ['audit:read'],
    })
    const asReader = client(app.url, reader.body.secret)
    expect((await asReader.get('/v1/audit')).status).toBe(200)
    expect((await asReader.post('/v1/audit/redact', { about: jana.id })).status).toBe(403)
  })
})
