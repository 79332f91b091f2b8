import { Pool, type PoolClient } from 'pg'
import { upstreamUnavailable } from '../errors.ts'
import { type Execute, executeOn } from './execute.ts'
import { asUnavailable } from './failures.ts'

/** A small PostgreSQL database beside the server's own, with plain SQL and no tenants' roles in it. */
export type OwnDatabase = {
  execute: Execute
  transaction: <T>(work: (execute: Execute) => Promise<T>) => Promise<T>
  close: () => Promise<void>
}

export type OwnDatabaseOptions = {
  applicationName: string
  /** What to throw when it does not answer at the start. */
  unreachable: (why: string) => Error
  /** What callers are told when it does not answer later. */
  unavailable: string
}

/** Its statements find one row by its key, or count: whatever takes longer hangs. */
const timeoutMs = 10_000
const connections = 4

/** @throws what `unreachable` makes */
export async function openOwnDatabase(url: string, options: OwnDatabaseOptions): Promise<OwnDatabase> {
  const pool = new Pool({
    connectionString: url,
    application_name: options.applicationName,
    max: connections,
    connectionTimeoutMillis: timeoutMs,
    query_timeout: timeoutMs,
  })
  // An idle connection that is lost is replaced by the next call, which says so when it cannot be.
  pool.on('error', () => {})
  await pool.query('select 1').catch(async (error: unknown) => {
    await pool.end()
    throw options.unreachable(error instanceof Error ? error.message || codeOf(error) : String(error))
  })
  const transaction: OwnDatabase['transaction'] = (work) => inTransaction(pool, options, work)
  return {
    transaction,
    execute: (text, values) => transaction((execute) => execute(text, values)),
    close: () => pool.end(),
  }
}

async function inTransaction<T>(
  pool: Pool,
  { unavailable }: OwnDatabaseOptions,
  work: (execute: Execute) => Promise<T>,
): Promise<T> {
  const outage = (cause: unknown) => upstreamUnavailable(unavailable, { cause, retryAfterSeconds: 2 })
  const client = await pool.connect().catch((error: unknown) => {
    throw outage(error)
  })
  let isBroken = false
  const onLost = () => {
    isBroken = true
  }
  client.on('error', onLost)
  try {
    await client.query('begin')
    const result = await work(executeOn(client))
    await client.query('commit')
    return result
  } catch (error) {
    // A statement that timed out is still under way on this connection: nothing more can be asked of it.
    isBroken ||= isTimeout(error) || !(await isRolledBack(client))
    throw isTimeout(error) || asUnavailable(error) !== error ? outage(error) : error
  } finally {
    client.off('error', onLost)
    client.release(isBroken)
  }
}

function isRolledBack(client: PoolClient): Promise<boolean> {
  return client.query('rollback').then(
    () => true,
    () => false,
  )
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.message === 'Query read timeout'
}

function codeOf(error: Error): string {
  return 'code' in error ? String(error.code) : error.name
}
