import { randomUUID } from 'node:crypto'
import { afterAll, describe, expect, test } from 'vitest'
import { servingRoles } from '#platform/db/roles.ts'
import { createWorld } from '#isolation/world/create-world.ts'
import { changeableTables } from '../support/append-only.ts'
import { freshDatabase, startTestApp } from '../support/app.ts'
import { actingAs, insertOf, openSession, outcomeOf, tryEverything } from '../support/act-as.ts'

type Row = Record<string, unknown>
type Seen = { tenant_id: string; space: string }
type Presented = { hash: string; id: string; tenant_id: string | null; partner_id: string | null }

const database = await freshDatabase()
const names = await fillAndStop()
const { client, rows: query, close } = await openSession(database)
afterAll(close)
const { tenant, stranger, space, otherSpace, rows, spaceColumns } = await readWorld()
const untouched = await tryWithoutAnySetting()

/** Two customers with files in two spaces each; the app is stopped, so that SQL can be asked beside it. */
async function fillAndStop() {
  const app = await startTestApp({ database })
  try {
    const { own, stranger } = await createWorld(app)
    return { own: own.tenant.slug, stranger: stranger.tenant.slug, second: own.second.space.slug }
  } finally {
    await app.close()
  }
}

/** Ids as the database has them, and of each tenant table one row of the tenant's first space. */
async function readWorld() {
  const idOf = async (sql: string, values: string[]) =>
    (await query<{ id: string }>(sql, values))[0]?.id ?? ''
  const tenant = await idOf('select id from tenants where slug = $1', [names.own])
  const stranger = await idOf('select id from tenants where slug = $1', [names.stranger])
  const spaceOf = (slug: string) =>
    idOf('select id from spaces where tenant_id = $1 and slug = $2', [tenant, slug])
  const [space, otherSpace] = [await spaceOf('default'), await spaceOf(names.second)]
  const spaceColumns = new Map([['spaces', 'id']])
  const found = await query<{ table_name: string }>(
    "select table_name from information_schema.columns where table_schema = 'public' and column_name = 'space_id'",
    [],
  )
  for (const { table_name } of found) spaceColumns.set(table_name, 'space_id')
  const rows = new Map<string, Row>()
  for (const table of changeableTables) {
    const column = spaceColumns.get(table)
    const inSpace = column === undefined ? '$2::uuid is not null' : `${column} = $2`
    const [found] = await query<{ row: Row }>(
      `select to_jsonb(t) as row from ${table} t where tenant_id = $1 and ${inSpace} limit 1`,
      [tenant, space],
    )
    if (found) rows.set(table, found.row)
  }
  return { tenant, stranger, space, otherSpace, rows, spaceColumns }
}

/** On a connection that never had a setting: after the first transaction they are empty, not missing. */
async function tryWithoutAnySetting() {
  const outcomes = []
  for (const table of changeableTables) {
    for (const role of ['bulkhead_tenant', 'bulkhead_space']) {
      const outcome = await actingAs(client, role, {}, async () => {
        const [setting] = await query("select current_setting('app.tenant_id', true) as tenant")
        return { table, role, ...setting, ...(await tryEverything(client, table, rowOf(table))) }
      })
      outcomes.push(outcome)
    }
  }
  return outcomes
}

function rowOf(table: string): Row {
  const row = rows.get(table)
  if (!row) throw new Error(`createWorld leaves no row in ${table}`)
  return row
}

const nothing = { select: 0, insert: '42501', update: 0, delete: 0 }
const refused = { select: '42501', insert: '42501', update: '42501', delete: '42501' }
const malformed = { select: '22P02', insert: '22P02', update: '22P02', delete: '22P02' }
/** What lies in no space is closed to who is held to spaces. */
const isClosed = (table: string, role: string) => role === 'bulkhead_space' && !spaceColumns.has(table)
/** Of which a row cannot be repeated under new names. */
const oneOfAKind = new Set(['space_synonyms', 'user_roles', 'group_members'])

const nobody = randomUUID()
type Wrong = { role: string; what: string; settings: Record<string, string>; outcome: object }
const wrong: Wrong[] = [
  ...['bulkhead_tenant', 'bulkhead_space'].flatMap((role) => [
    { role, what: 'nothing set', settings: {}, outcome: nothing },
    { role, what: 'only the space set', settings: { spaces: `{${space}}` }, outcome: nothing },
    { role, what: 'an empty tenant', settings: { tenant_id: '', spaces: `{${space}}` }, outcome: nothing },
    {
      role,
      what: 'a tenant of nobody',
      settings: { tenant_id: nobody, spaces: `{${space}}` },
      outcome: nothing,
    },
    { role, what: 'a malformed tenant', settings: { tenant_id: 'all', spaces: '{}' }, outcome: malformed },
  ]),
  ...[
    { what: 'only the tenant set', settings: { tenant_id: tenant }, outcome: nothing },
    { what: 'empty spaces', settings: { tenant_id: tenant, spaces: '' }, outcome: nothing },
    { what: 'no spaces', settings: { tenant_id: tenant, spaces: '{}' }, outcome: nothing },
    { what: 'a space of nobody', settings: { tenant_id: tenant, spaces: `{${nobody}}` }, outcome: nothing },
    { what: 'malformed spaces', settings: { tenant_id: tenant, spaces: '*' }, outcome: malformed },
  ].map((one) => ({ role: 'bulkhead_space', ...one })),
]

test('on a new connection without any setting nothing is read or written', () => {
  expect(untouched.length).toBe(2 * changeableTables.length)
  for (const { table, role, ...outcome } of untouched)
    expect(outcome).toEqual({ tenant: null, ...(isClosed(table, role) ? refused : nothing) })
})

describe.each(changeableTables)('%s', (table) => {
  const attempt = (role: string, settings: Record<string, string>) =>
    actingAs(client, role, settings, () => tryEverything(client, table, rowOf(table)))

  test.each(['bulkhead_tenant', 'bulkhead_space'].filter((role) => isClosed(table, role)))(
    'is closed to %s, because it lies in no space',
    async (role) => {
      expect(await attempt(role, { tenant_id: tenant, spaces: `{${space}}` })).toEqual(refused)
    },
  )

  test.each(['bulkhead_tenant', 'bulkhead_space'].filter((role) => !isClosed(table, role)))(
    'is read and written by %s under the right settings',
    async (role) => {
      const outcome = await attempt(role, { tenant_id: tenant, spaces: `{${space}}` })
      expect(outcome.select).toBeGreaterThan(0)
      // A key of one space sees no row of another space, so it cannot add one to the list of spaces either.
      const isNewSpaceRefused = table === 'spaces' && role === 'bulkhead_space'
      // Of synonyms a space has one row: row security lets a second one pass, and its key stands in the way.
      const added = isNewSpaceRefused ? '42501' : oneOfAKind.has(table) ? '23505' : 1
      expect(outcome.insert).toBe(added)
      expect(outcome.update).toBe(Number(outcome.select) + (added === 1 ? 1 : 0))
      // Of spaces and folders with files only the foreign key stands in the way.
      expect(outcome.delete).toBe(table === 'spaces' || table === 'folders' ? '23503' : outcome.update)
    },
  )

  test.each(wrong)('by $role with $what is neither read nor written', async ({ role, settings, outcome }) => {
    expect(await attempt(role, settings)).toEqual(isClosed(table, role) ? refused : outcome)
  })

  test('shows a stranger the stranger’s rows alone, and a space its own', async () => {
    const column = spaceColumns.get(table)
    const sql = `select distinct tenant_id, ${column ?? 'null::uuid'} as space from ${table}`
    const seen = (role: string, settings: Record<string, string>) =>
      actingAs(client, role, settings, () => query<Seen>(sql))
    const strangers = await seen('bulkhead_tenant', { tenant_id: stranger })
    expect(new Set(strangers.map((one) => one.tenant_id))).toEqual(new Set([stranger]))
    if (column === undefined) return
    const within = (tenant_id: string, id: string) => seen('bulkhead_space', { tenant_id, spaces: `{${id}}` })
    expect(await within(tenant, otherSpace)).toEqual([{ tenant_id: tenant, space: otherSpace }])
    expect(await within(stranger, space)).toEqual([])
  })

  test('takes no row for another tenant or another space, and lets none be moved there', async () => {
    const settings = { tenant_id: tenant, spaces: `{${space}}` }
    const column = spaceColumns.get(table)
    const outcomes = await actingAs(client, 'bulkhead_space', settings, async () => [
      await outcomeOf(client, ...insertOf(table, { ...rowOf(table), tenant_id: stranger })),
      await outcomeOf(client, ...insertOf(table, { ...rowOf(table), [column ?? 'tenant_id']: otherSpace })),
      await outcomeOf(client, `update ${table} set tenant_id = $1`, [stranger]),
      await outcomeOf(client, `update ${table} set ${column ?? 'tenant_id'} = $1`, [otherSpace]),
    ])
    expect(outcomes).toEqual(['42501', '42501', '42501', '42501'])
    const elsewhere = await actingAs(client, 'bulkhead_tenant', { tenant_id: tenant }, async () => [
      await outcomeOf(client, ...insertOf(table, { ...rowOf(table), tenant_id: stranger })),
      await outcomeOf(client, `update ${table} set tenant_id = $1`, [stranger]),
    ])
    expect(elsewhere).toEqual(['42501', '42501'])
  })

  test('is closed to bulkhead_eraser while its tenant lives, but for deletions that find nothing', async () => {
    const outcome = await attempt('bulkhead_eraser', {
      tenant_id: tenant,
      spaces: `{${space}}`,
      platform: 'on',
    })
    expect(outcome).toEqual({ ...refused, delete: 0 })
  })

  test.each(servingRoles.filter((role) => !/tenant|space|part$|eraser/.test(role)))(
    'is closed to %s, whatever it sets',
    async (role) => {
      const settings = { tenant_id: tenant, spaces: `{${space}}`, platform: 'on', partner_id: nobody }
      expect(await attempt(role, settings)).toEqual(refused)
    },
  )
})

describe('the hash of a key', () => {
  test.each(servingRoles.filter((role) => role !== 'bulkhead_system'))('is hidden from %s', async (role) => {
    const settings = { tenant_id: tenant, spaces: `{${space}}`, platform: 'on' }
    const outcomes = await actingAs(client, role, settings, async () => [
      await outcomeOf(client, 'select secret_hash from keys'),
      await outcomeOf(client, 'select * from keys'),
      await outcomeOf(client, "update keys set secret_hash = 'x'"),
      await outcomeOf(client, 'update keys set permissions = permissions'),
      await outcomeOf(client, 'delete from keys'),
    ])
    // Of a living tenant the eraser may delete what it finds, and finds nothing.
    const deleted = role === 'bulkhead_eraser' ? 0 : '42501'
    expect(outcomes).toEqual([...Array<string>(4).fill('42501'), deleted])
  })

  test('opens the one row to whoever presents it, with its tenant and partner, and no other', async () => {
    const keys = await query<Presented>(
      "select encode(secret_hash, 'hex') as hash, id, tenant_id, partner_id from keys",
    )
    expect(keys.length).toBeGreaterThan(5)
    const seen = (secret_hash: string) =>
      actingAs(client, 'bulkhead_system', { secret_hash }, async () => ({
        keys: await query('select id from keys'),
        tenants: await query('select id from tenants'),
        partners: await query('select id from partners'),
      }))
    for (const { hash, id, tenant_id, partner_id } of keys) {
      expect(await seen(hash)).toEqual({
        keys: [{ id }],
        tenants: tenant_id === null ? [] : [{ id: tenant_id }],
        partners: partner_id === null ? [] : [{ id: partner_id }],
      })
    }
    for (const hash of ['00'.repeat(32), '']) {
      expect(await seen(hash)).toEqual({ keys: [], tenants: [], partners: [] })
    }
  })
})
