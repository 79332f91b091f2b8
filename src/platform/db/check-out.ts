import type { Pool, PoolClient, QueryResult } from 'pg'
import { upstreamUnavailable } from '../errors.ts'
import type { Log } from '../log.ts'
import { type Outcome, runBatch, type Statement } from './batch.ts'
import { commitFailure, inFailedTransaction, isAnswer, isDivisionByZero } from './failures.ts'
import { type NameStatement, noRole, statementOf } from './prepared.ts'

/** A connection for the length of one transaction. It is taken, and the transaction begun, with the first statement. */
export type CheckedOut = {
  /**
   * In one message: none runs unless all before it did.
   * @returns what the last one found
   */
  run: (statements: readonly Statement[]) => Promise<QueryResult>
  /** Several statements in one text, which cannot have values. */
  runText: (text: string) => Promise<QueryResult | QueryResult[]>
  /**
   * Waits also for a caller who has gone meanwhile: what a commit that was cut off has done, nobody knows.
   * @param mustBeUnchanged commits only what changed nothing
   * @param last are run before, and nothing is committed when one fails
   * @returns what the last of them found
   */
  commit: (mustBeUnchanged: boolean, last?: readonly Statement[]) => Promise<QueryResult | undefined>
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

type Ways = { pool: Pool; log: Log; nameStatement: NameStatement }

/**
 * A transaction on a connection that carries nothing of whoever had it before. One that does is destroyed, and so is one
 * whose caller goes away while it is out: its late reply can never meet the next caller.
 * @param opening what follows `begin`
 */
export function checkOut(
  { pool, log, nameStatement }: Ways,
  signal: AbortSignal | undefined,
  opening: readonly Statement[],
): CheckedOut {
  const fixed = (text: string) => statementOf(nameStatement, noRole, text, [])
  let held: Held | undefined
  let begun: Promise<Held> | undefined
  let hasEnded = false

  /** With the first statements. They do not run on a connection that is not clean: then another one is tried. */
  const begin = async (statements: readonly Statement[], leaving: AbortSignal | undefined) => {
    for (let attempt = 1; attempt <= maxAttempts; attempt++) {
      signal?.throwIfAborted()
      const client = await pool.connect()
      if (signal?.aborted) client.release()
      signal?.throwIfAborted()
      held = hold(client, leaving)
      const outcome = await held.send([fixed('begin'), fixed(cleanSql), ...opening, ...statements])
      if (!isUnclean(outcome)) return { held, outcome }
      log.error('a database connection carried what an earlier caller had set: it is destroyed')
      held.doubt()
      // Inside its transaction, so that a pooler in front of the server ends the connection behind it as well.
      held.giveBack()
      held = undefined
    }
    throw upstreamUnavailable(undefined, { retryAfterSeconds: 2 })
  }

  /** What nobody waited for may come to its turn after the end, when the connection is somebody else's. */
  const goOn = async () => {
    const own = await begun
    if (!own || hasEnded) throw new Error('the transaction has ended')
    return own
  }

  const run = async (statements: readonly Statement[]) => {
    if (begun) return lastOf(await (await goOn()).send(statements))
    const beginning = begin(statements, signal)
    begun = beginning.then(({ held: own }) => own)
    // It fails for whoever runs more as well, if anybody does.
    begun.catch(() => {})
    return lastOf((await beginning).outcome)
  }

  const end = async (statements: readonly Statement[]) => {
    hasEnded = true
    if (!begun) return (await begin(statements, undefined)).outcome
    held?.stopListening()
    return (await begun).send(statements)
  }

  return {
    run,
    runText: async (text) => {
      if (!begun) await run([])
      return (await goOn()).client.query(text)
    },
    commit: async (mustBeUnchanged, last = []) => {
      signal?.throwIfAborted()
      if (!begun && last.length === 0) return undefined
      const ending = [...(mustBeUnchanged ? [fixed(unchangedSql)] : []), fixed('commit')]
      const outcome = await end([...last, ...ending])
      if ('error' in outcome) throw whyNotCommitted(outcome.error, mustBeUnchanged)
      // A transaction in which a statement failed answers a commit with ROLLBACK, and with no error.
      if (outcome.results.at(-1)?.command !== 'COMMIT') throw swallowed()
      return outcome.results.at(-1 - ending.length)
    },
    rollback: async () => {
      hasEnded = true
      await begun?.catch(() => {})
      await held?.rollback()
    },
    doubt: () => held?.doubt(),
    giveBack: () => held?.giveBack(),
  }
}

/**
 * Fails on a connection that is not clean: one that has a role, or of the settings one that is neither missing nor has
 * ended.
 */
const cleanSql = `select 1 / (concat(current_setting('role'), ${settingNames
  .map((name) => `current_setting('app.${name}', true)`)
  .join(', ')}) = 'none')::int`

function isUnclean(outcome: Outcome): boolean {
  return 'error' in outcome && outcome.completed === 1 && isDivisionByZero(outcome.error)
}

function lastOf(outcome: Outcome): QueryResult {
  if ('error' in outcome) throw outcome.error
  return outcome.results.at(-1)!
}

/** Fails where the transaction has changed or locked anything: only then it has a number of its own. */
const unchangedSql = 'select 1 / (pg_current_xact_id_if_assigned() is null)::int'

function whyNotCommitted(error: Error, mustBeUnchanged: boolean): unknown {
  if (mustBeUnchanged && isDivisionByZero(error)) return unrecorded(error)
  return inFailedTransaction(error) ? swallowed(error) : commitFailure(error)
}

function swallowed(cause?: unknown): Error {
  return new Error('a failed statement was swallowed: nothing was committed', { cause })
}

function unrecorded(cause: unknown): Error {
  return new Error('a transaction changed something and recorded no event: nothing was committed', { cause })
}

type Held = ReturnType<typeof hold>

function hold(client: PoolClient, leaving: AbortSignal | undefined) {
  let isInDoubt = false
  const doubt = () => {
    isInDoubt = true
  }
  // An ended client with a statement under way closes its socket at once: the statement fails, nothing is awaited.
  const onAbort = () => {
    doubt()
    void client.end().catch(() => {})
  }
  const stopListening = () => leaving?.removeEventListener('abort', onAbort)
  leaving?.addEventListener('abort', onAbort, { once: true })
  // The pool does not listen while a client is out, and an unheard error of a lost connection ends the process. The
  // statement fails with the same error.
  client.on('error', doubt)

  return {
    client,
    doubt,
    stopListening,
    send: async (statements: readonly Statement[]): Promise<Outcome> => {
      const outcome = await runBatch(client, statements)
      // What the driver failed at leaves it with another view of the connection than the server has.
      if ('error' in outcome && !isAnswer(outcome.error)) doubt()
      return outcome
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
