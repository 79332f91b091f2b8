import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { changeableTables } from '../support/append-only.ts'
import { createWorld } from '#isolation/world/create-world.ts'
import { operatorScope } from '#features/access/operator.ts'
import { scopeOfNewTenant } from '#features/access/index.ts'
import { systemClock } from '#platform/clock.ts'
import { type Database, openDatabase, type TenantTx } from '#platform/db/index.ts'
import { tenantTables } from '#platform/db/tables.generated.ts'
import { randomIds } from '#platform/ids.ts'
import { createLog } from '#platform/log.ts'
import type { TenantScope } from '#platform/scope/index.ts'
import { freshDatabase, startTestApp } from '../support/app.ts'

/**
 * One layer with the next one taken away: row security is off, so that whatever keeps a tenant to its own rows here is
 * the tenant that every statement names by itself.
 */
const database = await freshDatabase()
const world = await fillAndStop()
const narrowed = [...tenantTables, 'keys'] as const
let own: TenantScope
let opened: Database

beforeAll(async () => {
  await database.asOwner(async (client) => {
    for (const table of [...narrowed, 'tenants']) {
      await client.query(`alter table ${table} disable row level security`)
    }
    const { rows } = await client.query<{ id: string; partner_id: string }>(
      'select id, partner_id from tenants where slug = $1',
      [world.own],
    )
    const [tenant] = rows
    if (!tenant) throw new Error('the tenant is missing')
    own = scopeOfNewTenant(operatorScope('doctor'), { id: tenant.id, partnerId: tenant.partner_id })
  })
  opened = await open()
})
afterAll(async () => {
  await opened.close()
  await database.drop()
})

async function fillAndStop() {
  const app = await startTestApp({ database })
  try {
    const { own: customer } = await createWorld(app)
    return { own: customer.tenant.slug }
  } finally {
    await app.close()
  }
}

/** The doors alone: a server would refuse to start on such a database, and has to. */
function open(): Promise<Database> {
  const noKeys = () => Promise.reject(new Error('nothing is opened here'))
  return openDatabase(
    {
      url: database.settings['BULKHEAD_DATABASE_URL'],
      embeddedDir: database.dataDir,
      poolSize: 1,
      preparedStatements: 'auto',
      statementTimeoutMs: 30_000,
      idleInTransactionTimeoutMs: 30_000,
      vault: { keysOf: noKeys },
      log: createLog('silent'),
      clock: systemClock,
      ids: randomIds,
      onDeath: (error) => {
        throw error
      },
    },
    () => Promise.resolve(),
  )
}

type Owned = { tenant_id: string | null }

/** What `work` gives, with everything it wrote taken back. */
async function trying<T>(work: (tx: TenantTx) => Promise<T>): Promise<T> {
  const undone = new Error('taken back')
  let result: T | undefined
  await opened.db
    .tenant(own, async (tx) => {
      result = await work(tx)
      throw undone
    })
    .catch((error: unknown) => {
      if (error !== undone) throw error
    })
  return result as T
}

function expectOwn(rows: Owned[]) {
  expect(rows.length).toBeGreaterThan(0)
  expect(new Set(rows.map(({ tenant_id }) => tenant_id))).toEqual(new Set([own.tenantId]))
}

describe.each(narrowed)('%s', (name) => {
  // Each has the column that matters here; the union of their types is not callable.
  const table = name as 'files'

  test('without row security show everybody’s rows to SQL that does not say whose', async () => {
    const { rows } = await trying((tx) =>
      sql<Owned>`select tenant_id from ${sql.raw(name)} where tenant_id is not null`.execute(tx.kysely),
    )
    expect(new Set(rows.map(({ tenant_id }) => tenant_id)).size).toBeGreaterThan(2)
  })

  test('are read as the tenant’s rows alone, also in joins and below', async () => {
    expectOwn(await trying((tx) => tx.kysely.selectFrom(table).select('tenant_id').execute()))
    expectOwn(
      await trying((tx) =>
        tx.kysely
          .selectFrom('spaces as s')
          .innerJoin(table, (join) => join.onTrue())
          .select(`${table}.tenant_id`)
          .execute(),
      ),
    )
    expectOwn(
      await trying((tx) =>
        tx.kysely
          .with('found', (db) => db.selectFrom(table).select('tenant_id'))
          .selectFrom('found')
          .select('tenant_id')
          .execute(),
      ),
    )
  })
})

describe.each(changeableTables)('%s', (name) => {
  const table = name as 'files'

  test('are changed and deleted as the tenant’s rows alone', async () => {
    const changed = await trying((tx) =>
      tx.kysely
        .updateTable(table)
        .set((eb) => ({ tenant_id: eb.ref('tenant_id') }))
        .returning('tenant_id')
        .execute(),
    )
    expectOwn(changed)
    if (name === 'spaces' || name === 'folders') return // those with files stay
    expectOwn(await trying((tx) => tx.kysely.deleteFrom(table).returning('tenant_id').execute()))
  })
})

test('the record of tenants is the tenant’s own', async () => {
  const tenants = await trying((tx) => tx.kysely.selectFrom('tenants').select('id').execute())
  expect(tenants).toEqual([{ id: own.tenantId }])
})
