import { servingRoles } from '../roles.ts'
import {
  expectedTables,
  type Grants,
  queueGrants,
  queueSchema,
  sharedTables,
  tableSchema,
  tenantTableGrants,
} from './declared.ts'
import { type Finding, join, type Outcome, type Query } from './finding.ts'
import type { Relation } from './relations.ts'

/** I03, the rights: on every table the declared ones and no others, whoever holds them. Owners are left out. */
export async function checkRights(query: Query, relations: Relation[]): Promise<Outcome> {
  const held = Map.groupBy(await query<Held>(heldSql, [relations.map(({ id }) => id)]), ({ table }) => table)
  return join(
    {
      examined: relations.length,
      findings: relations.flatMap((table) => compare(table, held.get(table.id) ?? [])),
    },
    await checkQueueSchema(query),
    await checkDefaultPrivileges(query),
  )
}

type Held = { table: number; role: string; privilege: string }

/** A right on single columns is told by whichever is shorter: those it names, or those it leaves out. */
const heldSql = `
  select c.oid as table, lower(a.privilege_type) as privilege,
    case a.grantee when 0 then 'PUBLIC' else pg_get_userbyid(a.grantee) end as role
  from pg_class c cross join aclexplode(c.relacl) a
  where c.oid = any ($1::oid[]) and a.grantee <> c.relowner
  union all
  select g.id, lower(g.privilege) || case
      when cardinality(missing) = 0 then ' (every column)'
      when cardinality(missing) < cardinality(named) and 'ctid' <> all (named) then ' (all but ' || array_to_string(missing, ', ') || ')'
      else ' (' || array_to_string(named, ', ') || ')' end,
    case g.grantee when 0 then 'PUBLIC' else pg_get_userbyid(g.grantee) end
  from (
    select c.oid as id, a.grantee, a.privilege_type as privilege, array_agg(t.attname::text order by t.attnum) as named,
      array(select attname::text from pg_attribute o where o.attrelid = c.oid and o.attnum > 0 and not o.attisdropped
        and o.attname <> all (array_agg(t.attname)) order by o.attnum) as missing
    from pg_class c join pg_attribute t on t.attrelid = c.oid cross join aclexplode(t.attacl) a
    where c.oid = any ($1::oid[]) and a.grantee <> c.relowner
    group by c.oid, a.grantee, a.privilege_type
  ) g`

function compare(table: Relation, held: Held[]): Finding[] {
  const declared = rightsOf(grantsOn(table))
  const actual = new Set(held.map(({ role, privilege }) => `${role} ${privilege}`))
  const extra = [...actual].filter((right) => !declared.has(right))
  const missing = expectedTables.includes(table.name)
    ? [...declared].filter((right) => !actual.has(right))
    : []
  return [
    ...extra.map((right) => `lets ${right}, which is not declared`),
    ...missing.map((right) => `does not let ${right}`),
  ].map((problem) => ({ object: `${table.kind} ${table.name}`, problem }))
}

/** A part of a tenant table is reached through the table alone: addressed by itself it has policies of its own. */
function grantsOn({ belongsTo, isPart, name, columns }: Relation): Grants {
  if (belongsTo === 'queue') return queueGrants
  if (isPart) return {}
  return sharedTables[name]?.grants ?? tenantTableGrants(name, columns)
}

function rightsOf(grants: Grants): Set<string> {
  return new Set(
    Object.entries(grants).flatMap(([role, privileges]) =>
      privileges.map((privilege) => `${role} ${privilege}`),
    ),
  )
}

async function checkQueueSchema(query: Query): Promise<Outcome> {
  const rows = await query<{ role: string }>(
    `select r.rolname as role from pg_roles r, pg_namespace n
    where r.rolname = any ($1::text[]) and r.rolname <> all ($3::text[]) and not r.rolsuper
      and n.nspname = $2 and has_schema_privilege(r.oid, n.oid, 'usage') order by 1`,
    [[...servingRoles], queueSchema, Object.keys(queueGrants)],
  )
  return {
    examined: 1,
    findings: rows.map(({ role }) => ({ object: `schema ${queueSchema}`, problem: `is open to ${role}` })),
  }
}

/** What is made tomorrow would be granted without anybody saying so. Functions and types are for all by birth. */
async function checkDefaultPrivileges(query: Query): Promise<Outcome> {
  const rows = await query<{ role: string; kind: string; owner: string; schema: string | null }>(
    `select pg_get_userbyid(d.defaclrole) as owner, n.nspname as schema,
      case a.grantee when 0 then 'PUBLIC' else pg_get_userbyid(a.grantee) end as role,
      case d.defaclobjtype when 'r' then 'tables' when 'S' then 'sequences' when 'f' then 'functions'
        when 'n' then 'schemas' else 'types' end as kind
    from pg_default_acl d left join pg_namespace n on n.oid = d.defaclnamespace
    cross join aclexplode(d.defaclacl) a
    where (d.defaclnamespace = 0 or n.nspname = any ($2::text[])) and (pg_get_userbyid(a.grantee) = any ($1::text[])
      or a.grantee = (select oid from pg_roles where rolname = session_user) and a.grantee <> d.defaclrole
      or a.grantee = 0 and d.defaclobjtype in ('r', 'S', 'n'))
    group by 1, 2, 3, 4 order by 1, 2, 3, 4`,
    [[...servingRoles], [tableSchema, queueSchema]],
  )
  return {
    examined: 0,
    findings: rows.map(({ role, kind, owner, schema }) => ({
      object: `default privileges of ${owner}${schema === null ? '' : ` in schema ${schema}`}`,
      problem: `grant new ${kind} to ${role}`,
    })),
  }
}
