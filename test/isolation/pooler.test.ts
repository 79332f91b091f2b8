import { beforeAll, expect, test } from 'vitest'
import { Pool } from 'pg'
import { readConfig } from '#config.ts'
import { isPooled } from '#platform/db/prepared.ts'
import { findUnprivileged } from '../../scripts/test/find-postgres.ts'
import { findPgbouncer, withPgbouncer } from '../../scripts/test/with-pgbouncer.ts'
import { migrateDatabase } from '../../src/app.ts'
import { freshDatabase, startTestApp, type TestDatabase } from '../support/app.ts'

const pooler = process.env['TEST_POOLER']
const superuser = process.env['TEST_DATABASE_URL'] ?? ''
// In a hook: those do not run when every test of a file is skipped, and what was made outside of one would stay.
let database: TestDatabase
beforeAll(async () => {
  database = await freshDatabase()
  return () => database.drop()
})

test.runIf(pooler)(
  'a pooler that keeps no transaction together is refused, and the refusal says what to set',
  async () => {
    const program = (await findPgbouncer()) ?? ''
    const runAs = await findUnprivileged()
    if (runAs === 'missing') throw new Error('the pooler of this run was started as somebody')
    await withPgbouncer({ program, runAs, superuser, mode: 'statement' }, async (address) => {
      const settings = { BULKHEAD_DATABASE_URL: at(database.settings['BULKHEAD_DATABASE_URL'], address) }
      await expect(startTestApp({ database, settings })).rejects.toThrow('Set `pool_mode = transaction`')
    })
  },
)

test.runIf(pooler)('migrating through a pooler leaves no lock on its connections', async () => {
  const url = at(database.migrationUrl, pooler ?? '')
  const config = readConfig({ ...database.settings, BULKHEAD_MIGRATION_DATABASE_URL: url })
  const outcomes = await Promise.all([1, 2, 3].map(() => migrateDatabase(config)))
  expect(outcomes.map(({ applied }) => applied)).toEqual([[], [], []])
  const locks = await database.asOwner((client) =>
    client.query(
      "select pid from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())",
    ),
  )
  expect(locks.rows).toEqual([])
})

test.runIf(superuser)(
  'a pooler between is noticed: nothing can be prepared there for the next transaction',
  async () => {
    const pool = new Pool({ connectionString: database.settings['BULKHEAD_DATABASE_URL'] })
    try {
      expect(await isPooled(pool)).toBe(pooler !== undefined)
    } finally {
      await pool.end()
    }
  },
)

function at(url: string | undefined, address: string): string {
  const moved = new URL(url ?? '')
  moved.host = address
  return moved.href
}
