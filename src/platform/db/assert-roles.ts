import type { Pool } from 'pg'
import { StartRefused } from '../errors.ts'
import { servingRoles } from './roles.ts'

/**
 * Without its roles a login cannot even look whether the schema is current.
 * @throws StartRefused that says what to run
 */
export async function assertRoles(pool: Pool): Promise<void> {
  const { rows } = await pool.query<{ login: string; role: string }>(
    `select session_user::text as login, wanted as role from unnest($1::text[]) wanted
    where not exists (select from pg_roles where rolname = wanted and pg_has_role(oid, 'member'))`,
    [[...servingRoles]],
  )
  const [first] = rows
  if (!first) return
  throw new StartRefused(
    `The database login "${first.login}" lacks the roles ${rows.map(({ role }) => role).join(', ')}. Run \`bulkhead migrate\` with BULKHEAD_MIGRATION_DATABASE_URL set to the owner.`,
  )
}
