import type { Pool, PoolClient } from 'pg'
import { StartRefused } from '../errors.ts'

/**
 * Refuses a pooler that gives each statement a connection of its own (PgBouncer's `pool_mode = statement`): a role and
 * a tenant that are set for a transaction would hold for nothing.
 * @throws StartRefused that says what to set
 */
export async function assertTransactions(pool: Pool): Promise<void> {
  const client = await pool.connect()
  let isUsable = false
  try {
    isUsable = await keepsSetting(client)
  } catch (error) {
    // PgBouncer says "transaction blocks not allowed in statement pooling mode" and hangs up.
    if (!(error instanceof Error) || !/statement pooling/.test(error.message)) throw error
  } finally {
    client.release(!isUsable)
  }
  if (isUsable) return
  throw new StartRefused(
    'BULKHEAD_DATABASE_URL leads through a pooler that does not keep a transaction on one connection. Set `pool_mode = transaction` there; see docs/security/pgbouncer.md.',
  )
}

/** In three messages, as real work is: what is set in one has to be there in the next. */
async function keepsSetting(client: PoolClient): Promise<boolean> {
  const lost = () => {}
  client.on('error', lost)
  try {
    await client.query('begin')
    await client.query("set local app.probe = 'kept'")
    const sql = "select current_setting('app.probe', true) as probe"
    const { rows } = await client.query<{ probe: string | null }>(sql)
    await client.query('rollback')
    return rows[0]?.probe === 'kept'
  } finally {
    client.off('error', lost)
  }
}
