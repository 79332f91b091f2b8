export type Query = <Row>(sql: string) => Promise<Row[]>

type Column = {
  name: string
  type: string
  required: boolean
  value: string | null
  generated: boolean
  storage: string | null
}

export type TableRow = {
  name: string
  secured: boolean
  forced: boolean
  columns: Column[]
  constraints: string[]
  indexes: string[]
  triggers: string[]
  policies: string[]
}

const inPublic = `'public'::regnamespace`

/**
 * Tables (r), indexes (i) and partitioned tables' kin are all that the migrations make so far.
 * @throws Error naming what the snapshot would leave out in silence
 */
export async function refuseUnknownObjects(query: Query): Promise<void> {
  const unknown = await query<{ name: string; kind: string }>(`
    select relname as name, relkind::text as kind from pg_class
    where relnamespace = ${inPublic} and relkind not in ('r', 'i')
    union all
    select typname, 'type ' || typtype::text from pg_type
    where typnamespace = ${inPublic} and typtype not in ('d', 'b', 'c')
    order by 1`)
  if (unknown.length > 0) {
    const names = unknown.map(({ name, kind }) => `${name} (${kind})`).join(', ')
    throw new Error(`scripts/generate/catalogue.ts does not know how to show ${names}`)
  }
}

/**
 * Every table but the migrations' own. PostgreSQL 18 lists NOT NULL as constraints, older ones do not: they are shown
 * with the columns.
 */
export async function readTables(query: Query): Promise<TableRow[]> {
  return query<TableRow>(`
    select t.relname as name, t.relrowsecurity as secured, t.relforcerowsecurity as forced,
      (select json_agg(json_build_object(
          'name', quote_ident(a.attname), 'type', format_type(a.atttypid, a.atttypmod), 'required', a.attnotnull,
          'value', pg_get_expr(d.adbin, d.adrelid), 'generated', a.attgenerated <> '',
          'storage', case when a.attstorage <> ty.typstorage then
            case a.attstorage when 'e' then 'external' when 'm' then 'main' when 'p' then 'plain' else 'extended' end end)
          order by a.attnum)
        from pg_attribute a join pg_type ty on ty.oid = a.atttypid
        left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
        where a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped) as columns,
      array(select quote_ident(conname) || ' ' || pg_get_constraintdef(oid) from pg_constraint
        where conrelid = t.oid and contype in ('p', 'u', 'f', 'c', 'x')
        order by array_position('{p,u,f,c,x}'::"char"[], contype), conname collate "C") as constraints,
      array(select pg_get_indexdef(i.indexrelid) from pg_index i
        where i.indrelid = t.oid and not exists (select from pg_constraint where conindid = i.indexrelid)
        order by i.indexrelid::regclass::text collate "C") as indexes,
      array(select pg_get_triggerdef(oid) from pg_trigger where tgrelid = t.oid and not tgisinternal
        order by tgname collate "C") as triggers,
      array(select format('%I on %I as %s for %s to %s', policyname, tablename, lower(permissive), lower(cmd),
            array_to_string(roles, ', '))
          || coalesce(E'\\n  using (' || qual || ')', '') || coalesce(E'\\n  with check (' || with_check || ')', '')
        from pg_policies where schemaname = 'public' and tablename = t.relname
        order by policyname collate "C") as policies
    from pg_class t
    where t.relnamespace = ${inPublic} and t.relkind = 'r' and t.relname <> 'schema_migrations'
    order by t.relname collate "C"`)
}

export async function readDomains(query: Query) {
  return query<{ name: string; type: string; checks: string[] }>(`
    select quote_ident(typname) as name, format_type(typbasetype, typtypmod) as type,
      array(select format('constraint %I %s', conname, pg_get_constraintdef(oid)) from pg_constraint
        where contypid = t.oid and contype = 'c' order by conname collate "C") as checks
    from pg_type t where typtype = 'd' and typnamespace = ${inPublic}
    order by typname collate "C"`)
}

/** Functions and procedures, with who may run them besides their owner. */
export async function readFunctions(query: Query) {
  return query<{ definition: string; signature: string; kind: string; grantees: string[] }>(`
    select pg_get_functiondef(p.oid) as definition,
      format('%I(%s)', proname, pg_get_function_identity_arguments(p.oid)) as signature,
      case prokind when 'p' then 'procedure' else 'function' end as kind,
      array(select case grantee when 0 then 'public' else grantee::regrole::text end
        from aclexplode(coalesce(proacl, acldefault('f', proowner))) where grantee <> proowner
        order by 1) as grantees
    from pg_proc p where pronamespace = ${inPublic}
    order by proname collate "C", 2`)
}

/** Grants on tables and on single columns as statements, by table. The owner's own are left out. */
export async function readGrants(query: Query): Promise<Map<string, string[]>> {
  const rows = await query<{ table_name: string; statement: string }>(`
    with granted as (
      select c.relname, null::text as columns, a.grantee, lower(a.privilege_type) as privilege
      from pg_class c cross join aclexplode(c.relacl) a
      where c.relnamespace = ${inPublic} and c.relkind = 'r' and a.grantee <> c.relowner
      union all
      select c.relname, string_agg(quote_ident(t.attname), ', ' order by t.attnum), a.grantee,
        lower(a.privilege_type)
      from pg_class c join pg_attribute t on t.attrelid = c.oid cross join aclexplode(t.attacl) a
      where c.relnamespace = ${inPublic} and c.relkind = 'r' and a.grantee <> c.relowner
      group by c.relname, a.grantee, a.privilege_type
    ), roles as (
      select relname, case grantee when 0 then 'public' else grantee::regrole::text end as role,
        privilege || coalesce(' (' || columns || ')', '') as privilege
      from granted
    )
    select relname as table_name, format('grant %s on %I to %s;', string_agg(privilege, ', ' order by
        array_position('{select,insert,update,delete}'::text[], split_part(privilege, ' ', 1)), privilege),
      relname, role) as statement
    from roles group by relname, role order by relname collate "C", role collate "C"`)
  const statements = Map.groupBy(rows, (row) => row.table_name)
  return new Map([...statements].map(([table, all]) => [table, all.map((row) => row.statement)]))
}
