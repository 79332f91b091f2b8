import type { ClientBase } from 'pg'
import type { Sent } from './record-statements.ts'

/** One place of a plan where a table is read; no index when every row is looked at. */
export type Scan = { table: string; index: string | undefined; condition: string }

type Plan = {
  'Node Type': string
  'Relation Name'?: string
  'Index Name'?: string
  'Index Cond'?: string
  Plans?: Plan[]
}

/** Asks for the plan of each statement under the role and the settings that it was sent under. */
export async function scansOf(client: ClientBase, sent: Sent[]): Promise<Map<Sent, Scan[]>> {
  const scans = new Map<Sent, Scan[]>()
  for (const statement of sent) {
    for (const set of statement.acting.length > 0 ? statement.acting : [{ text: 'begin' }])
      await client.query(set)
    try {
      const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: Plan }] }>(
        `explain (format json, costs off) ${statement.text}`,
        statement.values,
      )
      scans.set(statement, rows[0] ? walk(rows[0]['QUERY PLAN'][0].Plan) : [])
    } finally {
      await client.query('rollback')
    }
  }
  return scans
}

function walk(plan: Plan): Scan[] {
  const below = (plan.Plans ?? []).flatMap(walk)
  const table = plan['Relation Name']
  if (table === undefined || plan['Node Type'] === 'ModifyTable' || plan['Node Type'] === 'LockRows')
    return below
  // The index of a bitmap stands one below the table.
  const bitmap = plan['Node Type'] === 'Bitmap Heap Scan' ? firstIndex(plan) : undefined
  const { 'Index Name': index, 'Index Cond': condition = '' } = bitmap ?? plan
  return [{ table, index, condition }, ...below]
}

function firstIndex(plan: Plan): Plan | undefined {
  for (const child of plan.Plans ?? []) {
    const found = child['Index Name'] === undefined ? firstIndex(child) : child
    if (found) return found
  }
  return undefined
}
