import { join, type Outcome, type Query } from './finding.ts'
import type { Relation } from './relations.ts'

/**
 * I04: uniqueness is decided, and a reference followed, without row security. What does not begin with tenant_id would
 * tell one tenant what another has.
 */
export async function checkKeys(query: Query, relations: Relation[]): Promise<Outcome> {
  const names = new Map(relations.map(({ id, name }) => [id, name]))
  const tenantTables = new Set(
    relations.filter(({ belongsTo }) => belongsTo === 'tenant').map(({ id }) => id),
  )
  return join(
    await checkUniqueIndexes(query, names, tenantTables),
    await checkForeignKeys(query, names, tenantTables),
  )
}

type Names = Map<number, string>

async function checkUniqueIndexes(query: Query, names: Names, tenantTables: Set<number>): Promise<Outcome> {
  const rows = await query<{ name: string; table: number; first: string | null }>(
    `select c.relname as name, i.indrelid as table, a.attname as first
    from pg_index i join pg_class c on c.oid = i.indexrelid
    left join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
    where i.indrelid = any ($1::oid[]) and (i.indisunique or i.indisexclusion) order by 1`,
    [[...tenantTables]],
  )
  const wrong = rows.filter(({ first }) => first !== 'tenant_id')
  return {
    examined: rows.length,
    findings: wrong.map(({ name, table, first }) => ({
      object: `unique index ${name} on ${names.get(table)}`,
      problem: `begins with ${first ?? 'an expression'} instead of tenant_id`,
    })),
  }
}

type ForeignKey = { name: string; table: number; from: string; target: number; to: string }

/** From a tenant table, or to one. */
async function checkForeignKeys(query: Query, names: Names, tenantTables: Set<number>): Promise<Outcome> {
  const rows = await query<ForeignKey>(
    `select c.conname as name, c.conrelid as table, f.attname as from, c.confrelid as target, t.attname as to
    from pg_constraint c
    join pg_attribute f on f.attrelid = c.conrelid and f.attnum = c.conkey[1]
    join pg_attribute t on t.attrelid = c.confrelid and t.attnum = c.confkey[1]
    where c.contype = 'f' and (c.conrelid = any ($1::oid[]) or c.confrelid = any ($1::oid[])) order by 1`,
    [[...tenantTables]],
  )
  const isLed = ({ from, target, to }: ForeignKey) =>
    from === 'tenant_id' &&
    (tenantTables.has(target) ? to === 'tenant_id' : names.get(target) === 'tenants' && to === 'id')
  return {
    examined: rows.length,
    findings: rows
      .filter((key) => !isLed(key))
      .map(({ name, table, from, target, to }) => ({
        object: `foreign key ${name} on ${names.get(table)}`,
        problem: `leads from ${from} to ${names.get(target)}.${to} instead of beginning with tenant_id`,
      })),
  }
}
