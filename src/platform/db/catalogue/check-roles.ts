import { servingRoles } from '../roles.ts'
import { queueSchema, tableSchema } from './declared.ts'
import { type Finding, type Outcome, type Query } from './finding.ts'

/** I03, the roles: neither they nor the login have, or can take on, any power over what holds the rows apart. */
export async function checkRoles(query: Query, kind: 'embedded' | 'server'): Promise<Outcome> {
  const roles = await query<Role>(rolesSql, [
    [...servingRoles],
    kind === 'server',
    [tableSchema, queueSchema],
  ])
  return { examined: roles.length, findings: roles.flatMap(findProblems) }
}

type Powers = {
  name: string
  superuser: boolean
  bypassrls: boolean
  createrole: boolean
  createdb: boolean
  replication: boolean
  owns: string[]
}
type Role = {
  name: string
  isLogin: boolean
  canLogIn: boolean
  /** The role itself and every role it is a member of, directly or not. Of a superuser: itself alone. */
  reach: Powers[]
  temporary: boolean
  createSchema: boolean
  createIn: string[]
}

/** `member` asks whether the role could become the other one, whatever it inherits. */
const rolesSql = `
  with owned as (
    select c.relowner as owner, 'table ' || c.relname as name, n.nspname as schema
    from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind in ('r', 'p', 'f', 'v', 'm', 'S')
    union all select p.proowner, 'function ' || p.proname, n.nspname
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    union all select nspowner, 'schema ' || nspname, nspname from pg_namespace
    union all select datdba, 'the database', ($3::text[])[1] from pg_database where datname = current_database()
  ), owners as (
    select owner, array_agg(name order by name) as owns from owned where schema = any ($3::text[]) group by owner
  )
  select r.rolname as name, r.rolname = session_user as "isLogin", r.rolcanlogin as "canLogIn",
    (select json_agg(json_build_object('name', g.rolname, 'superuser', g.rolsuper, 'bypassrls', g.rolbypassrls,
        'createrole', g.rolcreaterole, 'createdb', g.rolcreatedb, 'replication', g.rolreplication,
        'owns', coalesce(o.owns, '{}')) order by g.oid <> r.oid, g.rolname)
      from pg_roles g left join owners o on o.owner = g.oid
      where g.oid = r.oid or not r.rolsuper and pg_has_role(r.oid, g.oid, 'member')) as reach,
    has_database_privilege(r.oid, current_database(), 'temporary') as temporary,
    has_database_privilege(r.oid, current_database(), 'create') as "createSchema",
    array(select nspname::text from pg_namespace
      where nspname !~ '^pg_(temp|toast)' and has_schema_privilege(r.oid, oid, 'create')) as "createIn"
  from pg_roles r
  where r.rolname = any ($1::text[]) or $2::boolean and r.rolname = session_user
  order by "isLogin" desc, name`

/** Roles that PostgreSQL itself makes and that reach past row security or grants. */
const dangerous = new Set([
  'pg_read_all_data',
  'pg_write_all_data',
  'pg_maintain',
  'pg_read_server_files',
  'pg_write_server_files',
  'pg_execute_server_program',
  'pg_create_subscription',
])

function findProblems(role: Role): Finding[] {
  const [self, ...others] = role.reach
  const problems = [
    ...(self ? powersOf(self) : []),
    ...(self?.superuser === true ? [] : rightsOf(role)),
    ...(role.canLogIn && !role.isLogin ? ['may log in'] : []),
    ...others.flatMap((other) => membershipOf(role, other)),
  ]
  return problems.map((problem) => ({ object: `${role.isLogin ? 'login' : 'role'} ${role.name}`, problem }))
}

function rightsOf({ temporary, createSchema, createIn }: Role): string[] {
  return [
    ...(temporary ? ['may create temporary tables'] : []),
    ...(createSchema ? ['may create schemas'] : []),
    ...createIn.map((schema) => `may create tables in schema ${schema}`),
  ]
}

/** The login may be in groups that have no power here, as hosts use for signing in; the serving roles in none. */
function membershipOf({ isLogin }: Role, other: Powers): string[] {
  if (isLogin && servingRoles.some((role) => role === other.name)) return []
  const [power] = powersOf(other)
  if (isLogin && power === undefined) return []
  return [`is a member of ${other.name}${power === undefined ? '' : `, which ${power}`}`]
}

function powersOf({ name, owns, ...powers }: Powers): string[] {
  return [
    ...(powers.superuser ? ['is a superuser'] : []),
    ...(powers.bypassrls ? ['may bypass row security'] : []),
    ...(powers.createrole ? ['may create roles'] : []),
    ...(powers.createdb ? ['may create databases'] : []),
    ...(powers.replication ? ['may replicate'] : []),
    ...(dangerous.has(name) ? ['reaches past grants'] : []),
    ...(owns.length > 0 ? [`owns ${owns.slice(0, 3).join(', ')}${owns.length > 3 ? ', …' : ''}`] : []),
  ]
}
