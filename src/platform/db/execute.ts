import type { ClientBase, QueryConfig, QueryResult, QueryResultRow } from 'pg'
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
  /** Before the next statement, or with the commit where there is none. It fails then. */
  runLater: (text: string, values: unknown[]) => Promise<void>
}

type Loan = {
  statements: Lent
  /** @returns what is to be run with the commit */
  takeBack: () => QueryConfig | undefined
  isOver: () => boolean
}

/**
 * A connection for the length of one transaction. A statement that somebody forgot to wait for would otherwise run
 * inside the transaction of the next caller, as that caller.
 * @param role that the transaction has begun with
 */
export function lend(client: ClientBase, role: string, nameOf: NameStatement): Loan {
  let hasEnded = false
  let current = role
  let later: QueryConfig | undefined
  const named = (text: string, values: unknown[]): QueryConfig => {
    const name = values.length > 0 ? nameOf(current, text) : undefined
    return name === undefined ? { text, values } : { name, text, values }
  }
  const takeLater = () => {
    const waiting = later
    later = undefined
    return waiting
  }
  const refuseWhenOver = () => {
    if (hasEnded) throw new Error('the transaction has ended')
  }
  const runWaiting = async () => {
    refuseWhenOver()
    const waiting = takeLater()
    if (!waiting) return
    await client.query(waiting)
    refuseWhenOver()
  }
  const query: Statements['query'] = async (text, values = []) => {
    await runWaiting()
    return client.query(named(text, values))
  }
  return {
    statements: {
      query,
      actAs: async (acting) => {
        await query(actAs(acting))
        current = acting.role
      },
      runLater: async (text, values) => {
        await runWaiting()
        later = named(text, values)
      },
    },
    takeBack: () => {
      hasEnded = true
      return takeLater()
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
