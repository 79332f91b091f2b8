import type { QueryResult, QueryResultRow } from 'pg'
import { type Acting, setLocally, settingsOf } from './acting.ts'
import type { Statement } from './batch.ts'
import type { CheckedOut } from './check-out.ts'
import { type NameStatement, noRole, statementOf } from './prepared.ts'

export type Execute = (text: string, values?: unknown[]) => Promise<{ rows: Record<string, unknown>[] }>

/** What a transaction may do with its connection. */
export type Statements = {
  /** @param values none for a text that may hold several statements; it has a message of its own then */
  query: <Row extends QueryResultRow>(text: string, values?: unknown[]) => Promise<QueryResult<Row>>
}

export type Lent = Statements & {
  /** As whom from the next statement on. */
  actAs: (acting: Acting) => void
  /** In one message with the next statement, or with the commit where there is none. It fails then. */
  runLater: (text: string, values: unknown[]) => Promise<void>
}

type Loan = {
  statements: Lent
  /** @returns what is to be run with the commit */
  takeBack: () => Statement[]
  isOver: () => boolean
}

/** So many go in a message of their own: it is in memory until it is sent. */
const mostWaiting = 10

/**
 * A connection for the length of one transaction. A statement that somebody forgot to wait for would otherwise run
 * inside the transaction of the next caller, as that caller.
 * @param role that the transaction begins with
 */
export function lend(connection: CheckedOut, role: string, nameOf: NameStatement): Loan {
  let hasEnded = false
  let current = role
  let waiting: Statement[] = []
  const takeWaiting = () => {
    const taken = waiting
    waiting = []
    return taken
  }
  const refuseWhenOver = () => {
    if (hasEnded) throw new Error('the transaction has ended')
  }
  const runText = async (text: string) => {
    const before = takeWaiting()
    if (before.length > 0) await connection.run(before)
    refuseWhenOver()
    return connection.runText(text)
  }
  return {
    statements: {
      query: async <Row extends QueryResultRow>(text: string, values?: unknown[]) => {
        refuseWhenOver()
        const found = values
          ? connection.run([...takeWaiting(), statementOf(nameOf, current, text, values)])
          : runText(text)
        return (await found) as QueryResult<Row>
      },
      actAs: (acting) => {
        refuseWhenOver()
        const { text, values } = setLocally(settingsOf(acting))
        waiting.push(statementOf(nameOf, noRole, text, values))
        current = acting.role
      },
      runLater: async (text, values) => {
        refuseWhenOver()
        waiting.push(statementOf(nameOf, current, text, values))
        if (waiting.length === mostWaiting) await connection.run(takeWaiting())
      },
    },
    takeBack: () => {
      hasEnded = true
      return takeWaiting()
    },
    isOver: () => hasEnded,
  }
}

/** Plain SQL on one connection. Of several statements in one text, the rows of all, as pg-boss expects. */
export function executeOn(client: Statements): Execute {
  return async (text, values = []) => {
    const result: QueryResult | QueryResult[] = await client.query(
      text,
      values.length > 0 ? values : undefined,
    )
    return { rows: [result].flat().flatMap((one) => one.rows as Record<string, unknown>[]) }
  }
}
