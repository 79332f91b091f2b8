import type { ClientBase, QueryResult, QueryResultRow } from 'pg'

export type Execute = (text: string, values?: unknown[]) => Promise<{ rows: Record<string, unknown>[] }>

/** What a transaction may do with its connection. */
export type Statements = {
  query: <Row extends QueryResultRow>(text: string, values?: unknown[]) => Promise<QueryResult<Row>>
}

type Loan = { statements: Statements; takeBack: () => void; isOver: () => boolean }

/**
 * A connection for the length of one transaction. A statement that somebody forgot to wait for would otherwise run
 * inside the transaction of the next caller, as that caller.
 */
export function lend(client: ClientBase): Loan {
  let hasEnded = false
  return {
    statements: {
      query: (text, values) =>
        hasEnded ? Promise.reject(new Error('the transaction has ended')) : client.query(text, values),
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
