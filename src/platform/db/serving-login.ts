import type { Pool } from 'pg'
import { servingRoles } from './roles.ts'
import { StartRefused } from '../errors.ts'

type Finding = { login: string; powers: string[]; missing: string[]; owned: string[] }

/**
 * Refuses to serve as a login that row security does not bind, or that could change the tables.
 * @throws Error that says what to grant or take away
 */
export async function checkServingLogin(pool: Pool): Promise<void> {
  const { rows } = await pool.query<Finding>(
    `select current_user::text as login,
      array_remove(array[
        case when r.rolsuper then 'is a superuser' end,
        case when r.rolbypassrls then 'may bypass row security' end,
        case when r.rolcreaterole then 'may create roles' end,
        case when has_database_privilege(current_user, current_database(), 'temporary')
          then 'may create temporary tables' end,
        case when has_database_privilege(current_user, current_database(), 'create')
          or has_schema_privilege(current_user, 'public', 'create') then 'may create tables' end
      ], null) as powers,
      array(select wanted from unnest($1::text[]) wanted
        where not exists (select from pg_roles g where g.rolname = wanted)
        or not pg_has_role(current_user, wanted, 'member')) as missing,
      array(select c.relname::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname in ('public', 'pgboss') and c.relkind in ('r', 'p', 'v')
        and pg_has_role(current_user, c.relowner, 'member')) as owned
    from pg_roles r where r.rolname = current_user`,
    [[...servingRoles]],
  )
  const found = rows[0]
  if (!found) throw new StartRefused('The database login does not see itself in pg_roles.')
  if (found.missing.length > 0) {
    throw new StartRefused(
      `The database login "${found.login}" lacks the roles ${found.missing.join(', ')}. Run \`bulkhead migrate\` with BULKHEAD_MIGRATION_DATABASE_URL set to the owner.`,
    )
  }
  if (found.powers.length > 0 || found.owned.length > 0) {
    const why = [...found.powers, ...(found.owned.length > 0 ? [`owns ${found.owned.join(', ')}`] : [])]
    throw new StartRefused(
      `BULKHEAD_DATABASE_URL logs in as "${found.login}", which ${why.join(' and ')}. Row security would not bind it: use a plain login role, and run \`bulkhead migrate\` with the owner in BULKHEAD_MIGRATION_DATABASE_URL.`,
    )
  }
}
