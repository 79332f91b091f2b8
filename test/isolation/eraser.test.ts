import { afterAll, describe, expect, test } from 'vitest'
import { appendOnlyTables } from '../support/append-only.ts'
import { tenantTables } from '#platform/db/tables.generated.ts'
import { createWorld } from '#isolation/world/create-world.ts'
import { actingAs, insertOf, openSession, outcomeOf } from '../support/act-as.ts'
import { freshDatabase, startTestApp } from '../support/app.ts'

type Row = Record<string, unknown>

const database = await freshDatabase()
const slugs = await fillAndStop()
const { client, rows, close } = await openSession(database)
afterAll(close)
const idOf = async (slug: string) =>
  (await rows<{ id: string }>('select id from tenants where slug = $1', [slug]))[0]?.id ?? ''
const [erased, living] = [await idOf(slugs.erased), await idOf(slugs.living)]
await client.query("update tenants set status = 'erasing', erasure_requested_at = now() where id = $1", [
  erased,
])

async function fillAndStop() {
  const app = await startTestApp({ database })
  try {
    const { own, stranger } = await createWorld(app)
    return { erased: own.tenant.slug, living: stranger.tenant.slug }
  } finally {
    await app.close()
  }
}

const asEraser = <T>(tenant_id: string, work: () => Promise<T>) =>
  actingAs(client, 'bulkhead_eraser', { tenant_id, spaces: '*', platform: 'on' }, work)
const count = async (table: string, tenant: string) =>
  (await rows<{ n: number }>(`select count(*)::int as n from ${table} where tenant_id = $1`, [tenant]))[0]?.n
async function countLiving() {
  const counts = []
  for (const table of tenantTables) counts.push(await count(table, living))
  return counts
}

describe.each([...tenantTables, 'keys'])('%s', (table) => {
  test('is emptied of the erased tenant’s rows and of no others, and nothing of it can be read or written', async () => {
    const own = await count(table, erased)
    expect(own).toBeGreaterThan(0)
    const outcomes = await asEraser(erased, async () => ({
      all: await outcomeOf(client, `select * from ${table}`),
      whose: await outcomeOf(client, `select tenant_id from ${table}`),
      update: await outcomeOf(client, `update ${table} set tenant_id = tenant_id`),
      insert: await outcomeOf(client, `insert into ${table} (tenant_id) values ($1)`, [erased]),
    }))
    expect(outcomes).toEqual({ all: '42501', whose: own, update: '42501', insert: '42501' })
  })

  test.each([
    ['a living tenant', living],
    ['nobody', '01890a5d-ac96-774b-bcce-b302099a8057'],
    ['nothing', ''],
  ])('keeps every row when the setting names %s', async (_what, tenant) => {
    const outcomes = await asEraser(tenant, async () => [
      await outcomeOf(client, `select tenant_id from ${table}`),
      await outcomeOf(client, `delete from ${table}`),
    ])
    expect(outcomes).toEqual([0, 0])
  })
})

test('the eraser deletes everything of that tenant, and then no row can be written for it by anybody', async () => {
  const kept = new Map<string, Row>()
  for (const table of tenantTables) {
    const [found] = await rows<{ row: Row }>(
      `select to_jsonb(t) as row from ${table} t where tenant_id = $1 limit 1`,
      [erased],
    )
    kept.set(table, found?.row ?? {})
  }
  const others = await countLiving()
  await client.query('begin')
  try {
    await client.query(`set local role bulkhead_eraser; set local app.tenant_id = '${erased}'`)
    for (const table of [...tenantTables, 'keys']) {
      expect(await outcomeOf(client, `delete from ${table}`), table).toBeGreaterThan(0)
    }
    expect(await outcomeOf(client, 'delete from tenants')).toBe(1)
    await client.query(`set local role bulkhead_tenant; set local app.spaces = '*'`)
    for (const [table, row] of kept) {
      const refusal = appendOnlyTables.includes(table) ? '42501' : '23503'
      expect(await outcomeOf(client, ...insertOf(table, row)), `a late write into ${table}`).toBe(refusal)
    }
    await client.query('reset role')
    expect(await countLiving()).toEqual(others)
  } finally {
    await client.query('rollback')
  }
})

test('nobody brings an erased tenant back, and the eraser touches no record of a tenant but how far it is', async () => {
  await client.query('begin')
  try {
    const back = "update tenants set status = 'active', erasure_requested_at = null"
    expect(await outcomeOf(client, `${back} where id = $1`, [erased])).toBe('P0001')
  } finally {
    await client.query('rollback')
  }
  const outcomes = await asEraser(erased, async () => ({
    names: await outcomeOf(client, 'select name from tenants'),
    seen: await outcomeOf(client, 'select id from tenants'),
    left: await outcomeOf(client, 'update tenants set erasure_left = 1'),
    status: await outcomeOf(client, "update tenants set status = 'active'"),
  }))
  expect(outcomes).toEqual({ names: '42501', seen: 1, left: 1, status: '42501' })
})
