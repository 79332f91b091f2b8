import { upstreamUnavailable } from '../errors.ts'

/** Whether this is the refusal of a unique constraint of that name. */
export function violatesUnique(error: unknown, constraint: string): boolean {
  return (
    sqlState(error) === '23505' &&
    error instanceof Error &&
    'constraint' in error &&
    error.constraint === constraint
  )
}

/** Whether the error says that a row is still pointed at, or points at nothing. */
export function violatesForeignKey(error: unknown): boolean {
  return sqlState(error) === '23503'
}

/** Whether the error says that a row may not be written so. */
export function violatesRowSecurity(error: unknown): boolean {
  return sqlState(error) === '42501'
}

export function isDivisionByZero(error: unknown): boolean {
  return sqlState(error) === '22012'
}

/** Whether a statement was refused because one before it has failed. */
export function inFailedTransaction(error: unknown): boolean {
  return sqlState(error) === '25P02'
}

/** Whether a statement was prepared before its table was altered: it fails for as long as its connection is there. */
export function isStalePlan(error: unknown): boolean {
  return sqlState(error) === '0A000' && error instanceof Error && error.message.startsWith('cached plan')
}

/** Classes 08 (connection), 53 (resources), 57 (shutdown, cancel, time-out) and 40 (conflict): trying again may help. */
const passing = /^(08|53|57|40|25P03)/
const noConnection = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ENOENT', 'ETIMEDOUT'])

/** A database that does not answer becomes a 503 without a word of what it said; other errors pass unchanged. */
export function asUnavailable(error: unknown): unknown {
  const state = sqlState(error)
  const lost =
    error instanceof Error &&
    /^(Connection terminated|timeout exceeded|Client has encountered)/.test(error.message)
  if (!lost && !isStalePlan(error) && !(state && (passing.test(state) || noConnection.has(state))))
    return error
  const detail = isStalePlan(error)
    ? 'The tables of the database were altered meanwhile.'
    : 'The database did not answer in time.'
  return upstreamUnavailable(detail, { cause: error, retryAfterSeconds: 2 })
}

/** Whether the server said so, and its connection is as it was. */
export function isAnswer(error: unknown): boolean {
  return error instanceof Error && 'severity' in error && error.severity === 'ERROR'
}

const unknownOutcomes = new WeakSet<object>()

/** What became of a commit that failed: undone when the server says so, unknown when the connection was lost. */
export function commitFailure(error: unknown): unknown {
  if (isAnswer(error)) return error
  const unknown = upstreamUnavailable('The database did not confirm in time.', {
    cause: error,
    retryAfterSeconds: 2,
  })
  unknownOutcomes.add(unknown)
  return unknown
}

/** Whether the transaction that failed with this may have been committed all the same. */
export function mayBeCommitted(error: unknown): boolean {
  return error instanceof Error && unknownOutcomes.has(error)
}

function sqlState(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}
