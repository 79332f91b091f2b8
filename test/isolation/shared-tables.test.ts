import { randomUUID } from 'node:crypto'
import { afterAll, describe, expect, test } from 'vitest'
import { actingAs, openSession, outcomeOf } from '../support/act-as.ts'
import { createPartner, createSpaceKey, createTenant, freshDatabase, startTestApp } from '../support/app.ts'

/** Partners, tenants and keys: records that several roles see, each in its own part. */
const shared = ['partners', 'tenants', 'keys'] as const

type Ids = { id: string; partner: string }
type Key = { id: string; partner_id: string | null; tenant_id: string | null; space_id: string | null }
type Seen = Record<(typeof shared)[number], string[] | string>

const database = await freshDatabase()
const slugs = await fillAndStop()
const { client, rows, close } = await openSession(database)
afterAll(close)
const [own, stranger] = [await idsOf(slugs.own), await idsOf(slugs.stranger)]
const keys = await rows<Key>('select id, partner_id, tenant_id, space_id from keys')
const [space] = keys.flatMap(({ tenant_id, space_id }) =>
  tenant_id === own.id && space_id ? [space_id] : [],
)
const everything = await lookAround()

/** Two partners with a tenant and a key of each level; no file is needed, so no job runs. */
async function fillAndStop() {
  const app = await startTestApp({ database, worker: false })
  try {
    for (const slug of ['alder', 'cedar']) {
      const { partner } = await createPartner(app, { slug: `${slug}-partner` })
      const tenant = await createTenant(app, { slug, partner: partner.id })
      await createSpaceKey(app, tenant, { slug: 'second' })
    }
    return { own: 'alder', stranger: 'cedar' }
  } finally {
    await app.close()
  }
}

async function idsOf(slug: string): Promise<Ids> {
  const [found] = await rows<Ids>('select id, partner_id as partner from tenants where slug = $1', [slug])
  if (!found) throw new Error(`no tenant ${slug}`)
  return found
}

/** The ids that the present role sees, or the SQLSTATE with which it is refused. */
async function lookAround(): Promise<Seen> {
  const seen: Partial<Seen> = {}
  for (const table of shared) {
    await client.query('savepoint look').catch(() => {}) // outside of a transaction nothing has to be taken back
    seen[table] = await rows<{ id: string }>(`select id from ${table} order by id`).then(
      (found) => found.map(({ id }) => id),
      async (error: { code: string }) => {
        await client.query('rollback to look')
        return error.code
      },
    )
  }
  return seen as Seen
}

const seenBy = (role: string, settings: Record<string, string>) =>
  actingAs(client, role, settings, lookAround)
const keysWhere = (matches: (key: Key) => boolean) =>
  keys
    .filter(matches)
    .map(({ id }) => id)
    .sort()
const attempt = (role: string, settings: Record<string, string>, sql: string, values: unknown[] = []) =>
  actingAs(client, role, settings, () => outcomeOf(client, sql, values))

const [refused, malformed] = ['42501', '22P02']
const nobody = randomUUID()

test('there is more than anybody but the platform may see', () => {
  expect(everything.partners.length).toBeGreaterThan(2)
  expect(everything.tenants.length).toBeGreaterThan(2)
  expect(keysWhere(({ space_id }) => space_id === space)).not.toEqual([])
  expect(own.partner).not.toBe(stranger.partner)
})

describe('a tenant', () => {
  test.each([own, stranger])('sees itself, its keys and no partner', async ({ id }) => {
    expect(await seenBy('bulkhead_tenant', { tenant_id: id })).toEqual({
      partners: refused,
      tenants: [id],
      keys: keysWhere(({ tenant_id }) => tenant_id === id),
    })
  })

  test('within a space sees and makes keys of that space alone', async () => {
    const settings = { tenant_id: own.id, spaces: `{${space}}` }
    expect(await seenBy('bulkhead_space', settings)).toEqual({
      partners: refused,
      tenants: [own.id],
      keys: keysWhere(({ space_id }) => space_id === space),
    })
    expect(await attempt('bulkhead_space', settings, ...newKey(own, space))).toBe(1)
    for (const other of [null, nobody]) {
      expect(await attempt('bulkhead_space', settings, ...newKey(own, other))).toBe(refused)
    }
  })

  test('makes no key of another tenant', async () => {
    const settings = { tenant_id: own.id }
    expect(await attempt('bulkhead_tenant', settings, ...newKey(own, null))).toBe(1)
    expect(await attempt('bulkhead_tenant', settings, ...newKey(stranger, null))).toBe(refused)
  })

  test.each([
    [{}, []],
    [{ spaces: `{${space}}` }, []],
    [{ tenant_id: '', spaces: `{${space}}` }, []],
    [{ tenant_id: nobody, spaces: `{${space}}` }, []],
    [{ partner_id: own.partner, platform: 'on', spaces: `{${space}}` }, []],
    [{ tenant_id: 'all', spaces: `{${space}}` }, malformed],
  ])('that sets %j sees nothing', async (settings: Record<string, string>, nothing) => {
    for (const role of ['bulkhead_tenant', 'bulkhead_space']) {
      expect(await seenBy(role, settings)).toEqual({ partners: refused, tenants: nothing, keys: nothing })
    }
  })

  test('that sets no spaces where it is held to them sees no key', async () => {
    const seen = await seenBy('bulkhead_space', { tenant_id: own.id })
    expect(seen).toEqual({ partners: refused, tenants: [own.id], keys: [] })
  })
})

describe('a partner', () => {
  test.each([own, stranger])('sees itself, its tenants and their keys', async ({ partner }) => {
    const tenants = await rows<{ id: string }>('select id from tenants where partner_id = $1 order by id', [
      partner,
    ])
    expect(await seenBy('bulkhead_partner', { partner_id: partner })).toEqual({
      partners: [partner],
      tenants: tenants.map(({ id }) => id),
      keys: keysWhere(({ partner_id }) => partner_id === partner),
    })
  })

  test('neither makes a tenant of another partner nor gives one away', async () => {
    const settings = { partner_id: own.partner }
    const newTenant = "insert into tenants (id, partner_id, slug, name) values ($1, $2, 'new', 'New')"
    expect(await attempt('bulkhead_partner', settings, newTenant, [nobody, own.partner])).toBe(1)
    expect(await attempt('bulkhead_partner', settings, newTenant, [nobody, stranger.partner])).toBe(refused)
    const give = 'update tenants set partner_id = $1'
    expect(await attempt('bulkhead_partner', settings, give, [stranger.partner])).toBe(refused)
  })

  test('makes no key of another partner, nor one that puts another’s tenant below its own name', async () => {
    const settings = { partner_id: own.partner }
    expect(await attempt('bulkhead_partner', settings, ...newKey(own, null))).toBe(1)
    expect(await attempt('bulkhead_partner', settings, ...newKey(stranger, null))).toBe(refused)
    const mixed = { id: stranger.id, partner: own.partner }
    expect(await attempt('bulkhead_partner', settings, ...newKey(mixed, null))).toBe('23503')
  })

  test.each([
    [{}, []],
    [{ partner_id: '' }, []],
    [{ partner_id: nobody }, []],
    [{ tenant_id: own.id, spaces: '*', platform: 'on' }, []],
    [{ partner_id: '*' }, malformed],
  ])('that sets %j sees nothing', async (settings: Record<string, string>, nothing) => {
    const seen = await seenBy('bulkhead_partner', settings)
    expect(seen).toEqual({ partners: nothing, tenants: nothing, keys: nothing })
  })
})

describe('the platform', () => {
  test('sees everything once it says that it is the platform', async () => {
    expect(await seenBy('bulkhead_platform', { platform: 'on' })).toEqual(everything)
  })

  test.each([{}, { platform: '' }, { platform: 'off' }, { platform: 'true' }, { tenant_id: own.id }])(
    'that sets %j sees nothing and makes nothing',
    async (settings: Record<string, string>) => {
      expect(await seenBy('bulkhead_platform', settings)).toEqual({ partners: [], tenants: [], keys: [] })
      expect(await attempt('bulkhead_platform', settings, ...newKey(own, null))).toBe(refused)
    },
  )
})

/** A key of the tenant, or of one of its spaces. */
function newKey({ id, partner }: Ids, spaceId: string | null | undefined): [string, unknown[]] {
  const level = spaceId ? 'space' : 'tenant'
  return [
    `insert into keys (id, level, partner_id, tenant_id, space_id, name, hint, secret_hash, permissions)
      values (gen_random_uuid(), $1, $2, $3, $4, 'new', 'new', sha256($5), '{}')`,
    [level, partner, id, spaceId ?? null, Buffer.from(randomUUID())],
  ]
}
