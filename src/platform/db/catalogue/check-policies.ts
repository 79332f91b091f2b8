import { sharedTableWalls, tenantTableWalls, type Wall } from './declared.ts'
import type { Finding, Outcome, Query } from './finding.ts'
import type { Relation } from './relations.ts'

type Policy = {
  table: number
  name: string
  roles: string[]
  command: string
  permissive: boolean
  using: string | null
  check: string | null
}

/** I02: the policies of each table are the declared ones, word for word, and no others. */
export async function checkPolicies(query: Query, relations: Relation[]): Promise<Outcome> {
  const tables = relations.filter(({ belongsTo }) => belongsTo !== 'queue')
  const policies = await query<Policy>(
    `select polrelid as table, polname as name, polpermissive as permissive,
      case polcmd when '*' then 'ALL' when 'r' then 'SELECT' when 'a' then 'INSERT' when 'w' then 'UPDATE'
        else 'DELETE' end as command,
      array(select case role when 0 then 'PUBLIC' else pg_get_userbyid(role)::text end from unnest(polroles) role) as roles,
      pg_get_expr(polqual, polrelid) as using, pg_get_expr(polwithcheck, polrelid) as check
    from pg_policy where polrelid = any ($1::oid[]) order by polname`,
    [tables.map(({ id }) => id)],
  )
  const byTable = Map.groupBy(policies, ({ table }) => table)
  return {
    examined: policies.length,
    findings: tables.flatMap((table) => compare(table, byTable.get(table.id) ?? [])),
  }
}

function compare(table: Relation, policies: Policy[]): Finding[] {
  const walls = wallsOf(table)
  const present = new Set(policies.map(({ name }) => name))
  // Nobody has a right to a partition, and without a policy it shows nothing: it needs no wall of its own.
  const missing = table.isPart ? [] : Object.keys(walls).filter((name) => !present.has(name))
  const on = (name: string) => `policy ${name} on ${table.name}`
  return [
    ...missing.map((name) => ({ object: on(name), problem: 'is missing' })),
    ...policies.flatMap((policy) =>
      findProblems(policy, walls[policy.name]).map((problem) => ({ object: on(policy.name), problem })),
    ),
  ]
}

function wallsOf({ belongsTo, name, columns }: Relation): Record<string, Wall> {
  return belongsTo === 'tenant' ? tenantTableWalls(name, columns) : (sharedTableWalls[name] ?? {})
}

function findProblems(policy: Policy, wall: Wall | undefined): string[] {
  const problems: string[] = []
  if (policy.roles.includes('PUBLIC')) problems.push('is for PUBLIC')
  if (isConstant(policy.using) || isConstant(policy.check)) problems.push('is true whoever asks')
  if (!wall) {
    const effect = policy.permissive ? ': it widens what the others allow' : ''
    return [...problems, `is not one of the declared ones${effect}`]
  }
  if (policy.command !== wall.command) problems.push(`is for ${policy.command} instead of ${wall.command}`)
  if (!policy.permissive) problems.push('is restrictive, so that it allows nothing by itself')
  if (policy.roles.join() !== wall.role)
    problems.push(`is for ${policy.roles.join(', ')} instead of ${wall.role}`)
  if (!isSame(policy.using, wall.using))
    problems.push(`shows rows where ${policy.using ?? 'nothing is asked'}`)
  if (!isSame(policy.check, wall.check))
    problems.push(`lets rows be written where ${policy.check ?? 'shown'}`)
  return problems
}

/** Names nothing of the row or the caller, and lets something through. */
function isConstant(expression: string | null): boolean {
  return expression !== null && expression !== 'false' && !/current_setting|FROM/.test(expression)
}

function isSame(actual: string | null, declared: string | undefined): boolean {
  return (actual ?? '').replaceAll(/\s+/g, ' ') === (declared ?? '')
}
