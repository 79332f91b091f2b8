import { type ClientBase, type Connection, Query, type QueryConfig, type QueryResult } from 'pg'

/**
 * Runs a statement and commits in one message, so that an operation need not wait for the way to the server once more.
 * PostgreSQL does not come to the commit when the statement fails: of a message it leaves out what follows an error.
 * @returns the tag of the commit
 */
export function runAndCommit(client: ClientBase, statement: QueryConfig): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const query = new Query(statement, (error: Error | undefined | null, results: unknown) => {
      if (error) reject(error)
      else resolve([results as QueryResult | QueryResult[]].flat().at(-1)?.command)
    })
    const { submit } = query
    query.submit = (connection) => submit.call(query, thenCommit(connection))
    client.query(query)
  })
}

/** The connection as the driver writes a statement to it, where the message ends with a commit. */
function thenCommit(connection: Connection): Connection {
  const sync = () => {
    connection.parse({ name: '', text: 'commit', types: [] }, true)
    connection.bind({}, true)
    connection.execute({}, true)
    connection.sync()
  }
  return Object.assign(Object.create(connection) as Connection, { sync })
}
