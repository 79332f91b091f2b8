import { expect, test } from 'vitest'
import { sessionSettings } from './house-rules.ts'

test.each([
  "client.query('set app.tenant_id = 1')",
  'await client.query(`begin; set statement_timeout to 5; select 1`)',
  "client.query('SET ROLE bulkhead_tenant')",
  'client.query(`\n  set role bulkhead_tenant`)',
  'client.query("set session app.tenant_id = 1")',
  "sql`select set_config('app.tenant_id', ${id}, false)`",
  "select set_config('app.tenant_id', $1, FALSE)",
])('names a setting that outlives its transaction: %s', (code) => {
  expect(sessionSettings(code)).toHaveLength(1)
})

test.each([
  "client.query('set local app.tenant_id = 1')",
  'client.query(`begin; set local statement_timeout = 5; set local role bulkhead_tenant`)',
  "sql`select set_config('app.tenant_id', ${id}, true)`",
  "updateTable('keys').set({ revoked_at: at })",
  'sql`update pgboss.job set state = 1`',
  'sql`update pgboss.job\n  set state = 1`',
  "'Set BULKHEAD_MIGRATION_DATABASE_URL to the owner'",
  '/** What a set of words has to be: set to one. */',
])('leaves alone what ends with its transaction: %s', (code) => {
  expect(sessionSettings(code)).toEqual([])
})
