import type { ClientBase } from 'pg'

/** Autovacuum's own rule and defaults (PostgreSQL manual, section 25.1.6). */
const dueSql = `
  select format('%I.%I', schemaname, relname) as name
  from pg_stat_user_tables
  where n_dead_tup > 50 + 0.2 * n_live_tup or n_mod_since_analyze > 50 + 0.1 * n_live_tup`

/**
 * The embedded engine is one process, so nobody vacuums behind its back: tables would only grow, and the planner would
 * never learn their sizes (it then read 10,020 chunks for ten hits). One table a statement, so that others get turns.
 */
export async function vacuumWhereDue(owner: ClientBase): Promise<string[]> {
  await owner.query('select pg_stat_force_next_flush()')
  const { rows } = await owner.query<{ name: string }>(dueSql)
  for (const { name } of rows) await owner.query(`vacuum (analyze) ${name}`)
  return rows.map(({ name }) => name)
}
