import { queueSchema, sharedTables, tableSchema } from './declared.ts'
import type { Query } from './finding.ts'

/** A table of ours: in one of our schemas, or anywhere as a partition or an heir of one. */
export type Relation = {
  id: number
  /** With its schema when that is not the one of our tables. */
  name: string
  kind: 'table' | 'partitioned table' | 'foreign table'
  belongsTo: 'tenant' | 'shared' | 'queue'
  /** Whether it is a partition of another, or inherits from it: policies and grants of that one do not carry over. */
  isPart: boolean
  hasRowSecurity: boolean
  forcesRowSecurity: boolean
  /** Whether there is a column `tenant_id uuid not null`. */
  hasTenant: boolean
  columns: string[]
}

type Row = Omit<Relation, 'belongsTo' | 'kind'> & { kind: string; schema: string }

const kinds: Record<string, Relation['kind']> = { p: 'partitioned table', f: 'foreign table' }

export async function readRelations(query: Query): Promise<Relation[]> {
  const rows = await query<Row>(
    `with recursive ours (id, root) as (
      select c.oid, n.nspname from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = any ($1::text[]) and c.relkind in ('r', 'p', 'f')
        and not exists (select from pg_depend where classid = 'pg_class'::regclass and objid = c.oid and deptype = 'e')
      union
      select i.inhrelid, ours.root from pg_inherits i join ours on ours.id = i.inhparent
    )
    select c.oid as id, ours.root as schema, c.relkind::text as kind,
      case when n.nspname = $2 then '' else n.nspname || '.' end || c.relname as name,
      exists (select from pg_inherits where inhrelid = c.oid) as "isPart",
      c.relrowsecurity as "hasRowSecurity", c.relforcerowsecurity as "forcesRowSecurity",
      a.columns, coalesce(a."hasTenant", false) as "hasTenant"
    from (select id, max(root) as root from ours group by id) ours
    join pg_class c on c.oid = ours.id join pg_namespace n on n.oid = c.relnamespace
    cross join lateral (
      select coalesce(array_agg(attname::text), '{}') as columns,
        bool_or(attname = 'tenant_id' and attnotnull and atttypid = 'uuid'::regtype) as "hasTenant"
      from pg_attribute where attrelid = c.oid and attnum > 0 and not attisdropped
    ) a
    order by name`,
    [[tableSchema, queueSchema], tableSchema],
  )
  return rows.map(({ schema, kind, ...row }) => ({
    ...row,
    kind: kinds[kind] ?? 'table',
    belongsTo: schema === queueSchema ? 'queue' : row.name in sharedTables ? 'shared' : 'tenant',
  }))
}
