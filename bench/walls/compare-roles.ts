import type { ClientBase } from 'pg'
import type { Rows } from './find-rows.ts'
import type { Statement } from './record-statements.ts'

/** Times of one statement in one round. */
export type Times = { walledMs: number; openMs: number }

/** What is open to this role, row security apart, is what the serving role may do. */
const openRole = 'bulkhead_walls_open'
const servingRole = 'bulkhead_tenant'
const tries = 3
const warmUps = 20

/**
 * Runs each statement under both roles in turn, a round over all statements at a time. Each side is the fastest of three.
 * @throws Error when the roles are not shown the same number of rows
 */
export async function compareRoles(
  owner: ClientBase,
  { tenantId }: Rows,
  statements: readonly Statement[],
  samples: number,
): Promise<Map<Statement, Times[]>> {
  await owner.query(`create role ${openRole} bypassrls`)
  await owner.query(`grant ${servingRole} to ${openRole}`)
  await owner.query('analyze')
  const times = new Map(statements.map((statement) => [statement, [] as Times[]]))
  for (let sample = -warmUps; sample < samples; sample++) {
    for (const statement of statements) {
      const best = { [servingRole]: Infinity, [openRole]: Infinity }
      const counts = new Set<number>()
      for (let turn = 0; turn < 2 * tries; turn++) {
        const role = (sample + turn) % 2 === 0 ? servingRole : openRole
        const { ms, rows } = await time(owner, role, tenantId, statement)
        best[role] = Math.min(best[role], ms)
        counts.add(rows)
      }
      if (counts.size > 1)
        throw new Error(`${statement.what}: the roles see ${[...counts].join(' and ')} rows`)
      if (sample >= 0) times.get(statement)?.push({ walledMs: best[servingRole], openMs: best[openRole] })
    }
  }
  return times
}

async function time(owner: ClientBase, role: string, tenantId: string, { text, values }: Statement) {
  await owner.query(`begin; set local role ${role}; set local app.tenant_id = '${tenantId}'`)
  const started = performance.now()
  const { rowCount } = await owner.query(text, values)
  const ms = performance.now() - started
  await owner.query('rollback')
  return { ms, rows: rowCount ?? 0 }
}
