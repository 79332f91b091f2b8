import { join } from 'node:path'
import { Client, type ClientBase, type ClientConfig, Pool, TypeOverrides, types } from 'pg'
import { assertRoles } from './assert-roles.ts'
import { assertTransactions } from './assert-transactions.ts'
import { refuseDefaults } from './catalogue/index.ts'
import { createDb, type Db, type DbDeps, type Timeouts } from './db.ts'
import { type Embedded, startEmbedded } from './embedded/embedded.ts'
import { vacuumWhereDue } from './embedded/vacuum.ts'
import { createNames, isPooled, nothingPrepared } from './prepared.ts'

export type DatabaseOptions = Timeouts &
  DbDeps & {
    /** Server PostgreSQL, or undefined for the embedded database in `embeddedDir` (undefined there: in memory). */
    url: string | undefined
    embeddedDir: string | undefined
    poolSize: number
    /** Whether statements are prepared by name; `auto`: unless a pooler stands between. */
    preparedStatements: 'auto' | 'on' | 'off'
    /** The embedded database's worker ended by itself: nothing can be served any more. */
    onDeath: (error: Error) => void
  }

export type Database = {
  db: Db
  kind: 'embedded' | 'server'
  /** What a server PostgreSQL does by itself: brings files to disk, vacuums and analyses tables where it is due. */
  maintain: () => Promise<void>
  close: () => Promise<void>
}

/** bigint counters stay far below 2^53; as text they would leak into arithmetic. */
const parsers = new TypeOverrides()
parsers.setTypeParser(types.builtins.INT8, Number)

/**
 * Opens the pool that the server works on. The migration runs first, on a connection of its own kind
 * (`withOwner`): the serving login owns nothing.
 */
export async function openDatabase(
  options: DatabaseOptions,
  migrateEmbedded: (owner: ClientBase) => Promise<void>,
): Promise<Database> {
  const embedded = options.url === undefined ? await startEmbedded(embeddedOptions(options)) : undefined
  const pool = new Pool({
    ...connection(options, embedded),
    max: options.poolSize,
    connectionTimeoutMillis: 10_000,
  })
  const onIdleLost = (error: Error) =>
    options.log.warn({ err: error }, 'an idle database connection was lost')
  pool.on('error', onIdleLost)
  let isPrepared = options.preparedStatements !== 'off'
  try {
    if (embedded) await withClient({ stream: () => embedded.stream() }, migrateEmbedded)
    else await assertTransactions(pool)
    if (!embedded && options.preparedStatements === 'auto') isPrepared = !(await isPooled(pool))
    await refuseDefaults(
      async <Row>(text: string, values?: unknown[]) => (await pool.query(text, values)).rows as Row[],
    )
    if (!embedded) await assertRoles(pool)
  } catch (error) {
    await pool.end()
    await embedded?.close()
    throw error
  }
  return {
    db: createDb(
      { pool, timeouts: options, nameStatement: isPrepared ? createNames() : nothingPrepared },
      options,
    ),
    kind: embedded ? 'embedded' : 'server',
    maintain: async () => {
      if (!embedded) return
      await withClient({ stream: () => embedded.stream() }, vacuumWhereDue)
      await embedded.sync()
    },
    close: async () => {
      // The pool's end does not wait for its connections to say goodbye; what they then report is no news.
      pool.off('error', onIdleLost).on('error', () => {})
      await pool.end()
      await embedded?.close()
    },
  }
}

/** One connection of the role that owns the tables, for `migrate` on a server. */
export async function withOwner<T>(url: string, work: (owner: ClientBase) => Promise<T>): Promise<T> {
  return withClient({ connectionString: url }, work)
}

async function withClient<T>(config: ClientConfig, work: (client: ClientBase) => Promise<T>): Promise<T> {
  const client = new Client({ ...config, types: parsers })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

function embeddedOptions({ embeddedDir, onDeath }: DatabaseOptions) {
  return { dataDir: embeddedDir && join(embeddedDir, 'postgres'), onDeath }
}

function connection(
  { url, statementTimeoutMs }: DatabaseOptions,
  embedded: Embedded | undefined,
): ClientConfig {
  const common = { types: parsers, application_name: 'bulkhead' }
  return embedded
    ? { ...common, stream: () => embedded.stream(statementTimeoutMs) }
    : { ...common, connectionString: url }
}
