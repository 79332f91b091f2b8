import { servingRoles } from '../roles.ts'
import { expectedTables, sharedTables } from './declared.ts'
import { type Finding, join, type Outcome, type Query } from './finding.ts'
import type { Relation } from './relations.ts'

/** I01: what a table has to be before any policy counts. Partitions are tables like any other. */
export async function checkTables(query: Query, relations: Relation[]): Promise<Outcome> {
  const tables = relations.filter(({ belongsTo }) => belongsTo !== 'queue')
  const present = new Set(tables.map(({ name }) => name))
  const missing = expectedTables.filter((name) => !present.has(name))
  return join(
    { examined: tables.length, findings: tables.flatMap(findProblems) },
    {
      examined: missing.length,
      findings: missing.map((name) => ({ object: `table ${name}`, problem: 'is missing' })),
    },
    await checkHomonyms(query),
  )
}

function findProblems(table: Relation): Finding[] {
  const problems: string[] = []
  if (table.kind === 'foreign table')
    problems.push('is a foreign table: no row security holds what it reads elsewhere')
  if (table.belongsTo === 'tenant' && !table.hasTenant)
    problems.push('has no column tenant_id uuid not null, and is not on the list of shared tables')
  if (sharedTables[table.name]?.rowSecurity !== false) {
    if (!table.hasRowSecurity) problems.push('has row security disabled')
    if (!table.forcesRowSecurity) problems.push('does not force row security on its owner')
  }
  return problems.map((problem) => ({ object: `${table.kind} ${table.name}`, problem }))
}

/** `"$user"` comes first in the default search path: tables in a schema of a role's name would hide ours from it. */
async function checkHomonyms(query: Query): Promise<Outcome> {
  const rows = await query<{ name: string }>(
    `select nspname as name from pg_namespace where nspname = any ($1::text[]) or nspname = session_user`,
    [[...servingRoles]],
  )
  return {
    examined: 0,
    findings: rows.map(({ name }) => ({
      object: `schema ${name}`,
      problem: 'has the name of a serving role, so that its tables hide those of public',
    })),
  }
}
