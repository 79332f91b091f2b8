import type { ClientBase, QueryResult, QueryResultRow } from 'pg'
import { type Acting, actAs } from './acting.ts'
import type { NameStatement } from './prepared.ts'

export type Execute = (text: string, values?: unknown[]) => Promise<{ rows: Record<string, unknown>[] }>

/** What a transaction may do with its connection. */
export type Statements = {
  query: <Row extends QueryResultRow>(text: string, values?: unknown[]) => Promise<QueryResult<Row>>
}

export type Lent = Statements & {
  /** As whom from here on. */
  actAs: (acting: Acting) => Promise<void>
}

type Loan = { statements: Lent; takeBack: () => void; isOver: () => boolean }

/**
 * A connection for the length of one transaction. A statement that somebody forgot to wait for would otherwise run
 * inside the transaction of the next caller, as that caller.
 * @param role that the transaction has begun with
 */
export function lend(client: ClientBase, role: string, nameOf: NameStatement): Loan {
  let hasEnded = false
  let current = role
  const query: Statements['query'] = (text, values = []) => {
    if (hasEnded) return Promise.reject(new Error('the transaction has ended'))
    const name = values.length > 0 ? nameOf(current, text) : undefined
    return name === undefined ? client.query(text, values) : client.query({ name, text, values })
  }
  return {
    statements: {
      query,
      actAs: async (acting) => {
        await query(actAs(acting))
        current = acting.role
      },
    },
    takeBack: () => {
      hasEnded = true
    },
    isOver: () => hasEnded,
  }
}

/** Plain SQL on one connection. Of several statements in one text, the rows of all, as pg-boss expects. */
export function executeOn(client: Statements): Execute {
  return async (text, values) => {
    const result: QueryResult | QueryResult[] = await client.query(text, values)
    return { rows: [result].flat().flatMap((one) => one.rows as Record<string, unknown>[]) }
  }
}
