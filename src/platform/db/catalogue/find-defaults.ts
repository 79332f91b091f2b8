import type { Finding, Query } from './finding.ts'

type Default = {
  name: string
  /** `role x`, `database y`, or both; null for what comes from elsewhere. */
  owner: string | null
  undo: string | null
}

/** A value that a connection begins with has these origins, and `pg_settings` names none of them for our own settings. */
const defaultsSql = `
  with stored as (
    select split_part(entry, '=', 1) as name,
      concat_ws(' in ', 'role ' || quote_ident(r.rolname), 'database ' || quote_ident(d.datname)) as owner,
      case when d.oid is null or r.oid is not null
        then concat_ws(' in database ', 'alter role ' || coalesce(quote_ident(r.rolname), 'all'), quote_ident(d.datname))
        else 'alter database ' || quote_ident(d.datname) end as changed
    from pg_db_role_setting s cross join unnest(s.setconfig) entry
      left join pg_roles r on r.oid = s.setrole left join pg_database d on d.oid = s.setdatabase
    where (s.setrole = 0 or r.rolname = session_user) and (s.setdatabase = 0 or d.datname = current_database())
      and split_part(entry, '=', 2) <> ''
  )
  select name, nullif(owner, '') as owner, changed || ' reset ' || name as undo
  from unnest($1::text[]) name left join stored using (name)
  where changed is not null or coalesce(current_setting(name, true), '') not in ('', 'none')
  order by name, owner`

/**
 * The settings among these that a connection begins with, and where that comes from: nobody's transaction has set them,
 * so they would be somebody's rows for whoever forgets to set one.
 */
export async function findDefaults(query: Query, names: readonly string[]): Promise<Finding[]> {
  const defaults = await query<Default>(defaultsSql, [names])
  return defaults.map(({ name, owner, undo }) => ({
    object: `setting ${name}`,
    problem:
      undo === null
        ? 'has a default in postgresql.conf, in the options of the connection, or on a connection that a pooler has kept'
        : `has a default${owner === null ? '' : ` for ${owner}`}, which \`${undo}\` takes away`,
  }))
}
