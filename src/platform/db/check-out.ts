import type { Pool, PoolClient, QueryConfig, QueryResult } from 'pg'
import { upstreamUnavailable } from '../errors.ts'
import type { Log } from '../log.ts'
import { commitFailure, inFailedTransaction, isDivisionByZero } from './failures.ts'
import { runAndCommit } from './run-and-commit.ts'

/** A connection for the length of one transaction, which has been begun. */
export type CheckedOut = {
  client: PoolClient
  /**
   * Waits also for a caller who has gone meanwhile: what a commit that was cut off has done, nobody knows.
   * @param mustBeUnchanged commits only what changed nothing
   * @param last is run before, and nothing is committed when it fails
   */
  commit: (mustBeUnchanged: boolean, last?: QueryConfig) => Promise<void>
  rollback: () => Promise<void>
  /** It is not given to anybody after this transaction. */
  doubt: () => void
  /** Back into the pool, or destroyed when its state is in doubt. */
  giveBack: () => void
}

/** What a transaction sets besides its role. It ends with the transaction, so that the next one finds none of it. */
const settingNames = [
  'tenant_id',
  'spaces',
  'sees_spaces',
  'sees',
  'sees_not',
  'changes_spaces',
  'changes',
  'changes_not',
  'partner_id',
  'platform',
  'secret_hash',
  'chain',
  'unnumbered',
  'consumers',
] as const
export type SettingName = (typeof settingNames)[number]

/** Connections tried before the caller is told that there is none: one left unclean may be followed by others. */
const maxAttempts = 5

/**
 * Begins a transaction on a connection that carries nothing of whoever had it before. One that does is destroyed, and
 * so is one whose caller goes away while it is out: its late reply can never meet the next caller.
 * @param opening statements that follow `begin`
 */
export async function checkOut(
  pool: Pool,
  log: Log,
  signal: AbortSignal | undefined,
  opening: string,
): Promise<CheckedOut> {
  for (let attempt = 1; attempt <= maxAttempts; attempt++) {
    signal?.throwIfAborted()
    const connection = hold(await pool.connect(), signal)
    try {
      if (await connection.begin(opening)) return connection
      log.error('a database connection carried what an earlier caller had set: it is destroyed')
      connection.doubt()
    } catch (error) {
      await connection.rollback()
      connection.giveBack()
      throw error
    }
    // Inside its transaction, so that a pooler in front of the server ends the connection behind it as well.
    connection.giveBack()
  }
  throw upstreamUnavailable(undefined, { retryAfterSeconds: 2 })
}

/**
 * `none` on a clean connection: no role, and of the settings neither one that is missing nor one that has ended. It goes
 * with `begin` in one message, and takes no way to the server of its own.
 */
const carriedSql = `select concat(current_setting('role'), ${settingNames
  .map((name) => `current_setting('app.${name}', true)`)
  .join(', ')}) as carried`

/** Fails where the transaction has changed or locked anything: only then it has a number of its own. */
const unchangedSql = 'select 1 / (pg_current_xact_id_if_assigned() is null)::int'

function swallowed(cause?: unknown): Error {
  return new Error('a failed statement was swallowed: nothing was committed', { cause })
}

function unrecorded(cause: unknown): Error {
  return new Error('a transaction changed something and recorded no event: nothing was committed', { cause })
}

async function commitPlainly(client: PoolClient, mustBeUnchanged: boolean): Promise<string | undefined> {
  const sql = mustBeUnchanged ? `${unchangedSql}; commit` : 'commit'
  const results: QueryResult | QueryResult[] = await client.query(sql)
  return [results].flat().at(-1)?.command
}

function hold(client: PoolClient, signal: AbortSignal | undefined) {
  let isInDoubt = false
  const doubt = () => {
    isInDoubt = true
  }
  // An ended client with a statement under way closes its socket at once: the statement fails, nothing is awaited.
  const onAbort = () => {
    doubt()
    void client.end().catch(() => {})
  }
  const stopListening = () => signal?.removeEventListener('abort', onAbort)
  signal?.addEventListener('abort', onAbort, { once: true })
  // The pool does not listen while a client is out, and an unheard error of a lost connection ends the process. The
  // statement fails with the same error.
  client.on('error', doubt)

  return {
    client,
    doubt,
    /** Whether the connection is clean. */
    begin: async (opening: string): Promise<boolean> => {
      signal?.throwIfAborted()
      const results: unknown = await client.query(`begin; ${carriedSql}; ${opening}`)
      const [, found] = results as QueryResult<{ carried: string }>[]
      return found?.rows[0]?.carried === 'none'
    },
    commit: async (mustBeUnchanged: boolean, last?: QueryConfig) => {
      signal?.throwIfAborted()
      stopListening()
      const end = last ? runAndCommit(client, last) : commitPlainly(client, mustBeUnchanged)
      const command = await end.catch((error: unknown) => {
        if (mustBeUnchanged && isDivisionByZero(error)) throw unrecorded(error)
        throw inFailedTransaction(error) ? swallowed(error) : commitFailure(error)
      })
      // A transaction in which a statement failed answers a commit with ROLLBACK, and with no error.
      if (command !== 'COMMIT') throw swallowed()
    },
    rollback: async () => {
      if (!isInDoubt) await client.query('rollback').catch(doubt)
    },
    giveBack: () => {
      stopListening()
      client.off('error', doubt)
      client.release(isInDoubt)
    },
  }
}
