import {
  type ClientBase,
  type Connection,
  Query,
  type QueryConfig,
  type QueryResult,
  type Submittable,
} from 'pg'

/** One statement, of several that go in one message. */
export type Statement = Pick<QueryConfig, 'name' | 'text' | 'values'>

/** What each statement found; or the error of one, and how many were completed before it. */
export type Outcome = { results: QueryResult[] } | { error: Error; completed: number }

/**
 * Sends statements in one message and waits for the server once. PostgreSQL leaves out what follows an error: none of
 * them runs unless all before it did. Source: PostgreSQL's documentation, chapter "Extended Query", on Sync.
 */
export function runBatch(client: ClientBase, statements: readonly Statement[]): Promise<Outcome> {
  return new Promise((resolve) => {
    client.query(new Batch(client, statements, resolve))
  })
}

/** What the driver calls of the query that it works on; its types name `submit` alone. */
type Answered = {
  name?: string | undefined
  text?: string | undefined
  handleRowDescription: (message: unknown) => void
  handleDataRow: (message: unknown) => void
  handleCommandComplete: (message: unknown, connection: Connection) => void
  handleReadyForQuery: (connection: Connection) => void
  handleError: (error: Error, connection: Connection) => void
}

/** What the driver has sent to be prepared, until the server has answered. */
type Preparing = Connection & { submittedNamedStatements: Record<string, string> }

/** To the driver one query; within, one for each statement, which takes the answers until it is complete. */
class Batch implements Submittable, Answered {
  readonly statements: readonly Statement[]
  readonly #parts: (Query & Answered)[]
  readonly #results: QueryResult[] = []
  readonly #settle: (outcome: Outcome) => void
  #error: Error | undefined

  constructor(client: ClientBase, statements: readonly Statement[], settle: (outcome: Outcome) => void) {
    this.statements = statements
    this.#settle = settle
    this.#parts = statements.map((statement) => {
      const config = { ...statement, types: client, queryMode: 'extended' }
      return new Query(config, (error, result) => this.#take(error, result)) as Query & Answered
    })
  }

  /** By these the driver keeps what the server has prepared. */
  get name(): string | undefined {
    return this.#part?.name
  }

  get text(): string | undefined {
    return this.#part?.text
  }

  /** A value that cannot be written ends the message there: what would follow is not sent, a commit least of all. */
  submit = (connection: Connection): void => {
    const unsynced = Object.assign(Object.create(connection) as Connection, { sync: () => {} })
    connection.stream.cork()
    for (const part of this.#parts) {
      const refused = part.submit(unsynced) as Error | null | undefined
      this.#error ??= refused ?? undefined
      if (this.#error) break
    }
    connection.sync()
    connection.stream.uncork()
  }

  handleRowDescription(message: unknown): void {
    this.#part?.handleRowDescription(message)
  }

  handleDataRow(message: unknown): void {
    this.#part?.handleDataRow(message)
  }

  handleCommandComplete(message: unknown, connection: Connection): void {
    const part = this.#part
    part?.handleCommandComplete(message, connection)
    part?.handleReadyForQuery(connection)
  }

  handleReadyForQuery(connection: Connection): void {
    if (this.#error) this.handleError(this.#error, connection)
    else this.#settle({ results: this.#results })
  }

  handleError(error: Error, connection: Connection): void {
    const { submittedNamedStatements: submitted } = connection as Preparing
    for (const { name = '' } of this.#parts.slice(this.#results.length)) delete submitted[name]
    this.#settle({ error: this.#error ?? error, completed: this.#results.length })
  }

  get #part(): Answered | undefined {
    return this.#parts[this.#results.length]
  }

  #take(error: Error | null | undefined, result: unknown) {
    if (error) this.#error ??= error
    else this.#results.push(result as QueryResult)
  }
}
