import type { Pool } from 'pg'
import type { Statement } from './batch.ts'
import type { ServingRole } from './roles.ts'

/** The name under which a statement is prepared; undefined where it is not worth it. */
export type NameStatement = (role: string, text: string) => string | undefined

/** Whose are statements that touch no table: what begins and ends a transaction, and its settings. */
export const noRole = 'none'

/** What is sent, under its name where it is prepared. */
export function statementOf(nameOf: NameStatement, role: string, text: string, values: unknown[]): Statement {
  const name = nameOf(role, text)
  return name === undefined ? { text, values } : { name, text, values }
}

/**
 * These find single rows of any tenant: what is best for one is best for all. What is asked of a tenant's content is planned
 * for its own values each time, since PostgreSQL would end with a plan for the average tenant. Rows that are given, and
 * nothing asked for, have one plan whoever's they are.
 */
const preparedRoles = new Set<string>([
  'bulkhead_system',
  'bulkhead_sequencer',
  'bulkhead_jobs',
  noRole,
] satisfies (ServingRole | typeof noRole)[])
const givesRows = /^insert into "\w+" \([^()]*\) values \([^()]*\)$/
/** A statement that has come so often is prepared from then on: those that are built anew each time never are. */
const timesBefore = 4
/** Each connection keeps the plans of so many; most take some ten to a hundred kilobytes. */
const mostPrepared = 100
const mostCounted = 1000

/**
 * PostgreSQL plans a statement once in each connection instead of each time. Planning took longer than running: the
 * policies of several tables are part of each plan. A name is of one role, so that no plan ever serves two; the settings
 * that the policies ask for are read when it runs.
 */
export function createNames(): NameStatement {
  const names = new Map<string, string>()
  const counts = new Map<string, number>()
  return (role, text) => {
    if (!preparedRoles.has(role) && !givesRows.test(text)) return undefined
    const key = `${role} ${text}`
    const name = names.get(key)
    if (name !== undefined || names.size === mostPrepared) return name
    const count = counts.get(key) ?? 0
    if (count < timesBefore) {
      if (counts.size === mostCounted) counts.clear()
      counts.set(key, count + 1)
      return undefined
    }
    counts.delete(key)
    const made = `bulkhead_${names.size + 1}`
    names.set(key, made)
    return made
  }
}

/** Where each transaction may get another connection of the server behind a pooler, nothing can be left there for the next. */
export const nothingPrepared: NameStatement = () => undefined

/** Whether a pooler stands between: it makes up the process that it tells its clients of. */
export async function isPooled(pool: Pool): Promise<boolean> {
  const client = await pool.connect()
  try {
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
    return !('processID' in client) || rows[0]?.pid !== client.processID
  } finally {
    client.release()
  }
}
