import {
  CompiledQuery,
  type DatabaseConnection,
  type Driver,
  Kysely,
  type KyselyPlugin,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
} from 'kysely'
import type { Statements } from './execute.ts'

/** A Kysely on one connection that is already inside a transaction. */
export function kyselyOn<Tables>(client: Statements, plugins: KyselyPlugin[]): Kysely<Tables> {
  const connection = new ClientConnection(client)
  return new Kysely<Tables>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new OneConnection(connection),
      createIntrospector: (db) => new PostgresIntrospector(db),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
    plugins,
  })
}

class ClientConnection implements DatabaseConnection {
  readonly client: Statements

  constructor(client: Statements) {
    this.client = client
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const result = await this.client.query(query.sql, [...query.parameters])
    return { rows: result.rows as R[], numAffectedRows: BigInt(result.rowCount ?? 0) }
  }

  streamQuery(): AsyncIterableIterator<never> {
    throw new Error('page through rows by key instead of streaming them')
  }
}

/** The transaction is begun and ended by `db`, so a feature cannot. */
class OneConnection implements Driver {
  readonly connection: DatabaseConnection

  constructor(connection: DatabaseConnection) {
    this.connection = connection
  }

  async init(): Promise<void> {}

  acquireConnection(): Promise<DatabaseConnection> {
    return Promise.resolve(this.connection)
  }

  beginTransaction(): Promise<void> {
    return refuse()
  }

  commitTransaction(): Promise<void> {
    return refuse()
  }

  rollbackTransaction(): Promise<void> {
    return refuse()
  }

  async releaseConnection(): Promise<void> {}

  async destroy(): Promise<void> {}
}

function refuse(): Promise<never> {
  return Promise.reject(
    new Error('already in a transaction of db.tenant, db.partner, db.platform or db.system'),
  )
}
