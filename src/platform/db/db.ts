import type { Compilable, Kysely } from 'kysely'
import type { Pool } from 'pg'
import type { Clock } from '../clock.ts'
import { forbidden } from '../errors.ts'
import type { Chain } from '#platform/events/index.ts'
import type { Ids } from '../ids.ts'
import type { Log } from '../log.ts'
import type { PartnerScope, PlatformScope, TenantScope } from '../scope/index.ts'
import {
  actingFor,
  type Acting,
  setLocally,
  settingsOf,
  systemActing,
  type SystemSettings,
} from './acting.ts'
import { type CheckedOut, checkOut } from './check-out.ts'
import { lend } from './execute.ts'
import { asUnavailable, isStalePlan, mayBeCommitted, violatesRowSecurity } from './failures.ts'
import { kyselyOn } from './kysely-on.ts'
import { type NameStatement, noRole, statementOf } from './prepared.ts'
import type { News } from './recorder.ts'
import type { SystemReason } from './roles.ts'
import {
  adminTx,
  type Open,
  type OpensKeys,
  type PartnerTx,
  type PlatformTx,
  type SystemTables,
  systemTx,
  type SystemTx,
  tenantTx,
  type TenantTx,
} from './tx.ts'

/**
 * The only doors to the database. Each opens one transaction, takes the role and the settings of its scope for that
 * transaction alone, and commits when the work resolves. A scope whose caller goes away mid-statement costs the
 * connection: it is destroyed, so that its late reply can never meet the next caller.
 */
export type Db = {
  tenant: <T>(scope: TenantScope, work: (tx: TenantTx) => Promise<T>) => Promise<T>
  partner: <T>(scope: PartnerScope, work: (tx: PartnerTx) => Promise<T>) => Promise<T>
  platform: <T>(scope: PlatformScope, work: (tx: PlatformTx) => Promise<T>) => Promise<T>
  system: <T>(
    reason: SystemReason,
    work: (tx: SystemTx) => Promise<T>,
    settings?: SystemSettings,
  ) => Promise<T>
  /** One statement in a transaction of its own: beginning, statement and end go in one message. */
  ask: <Row>(
    reason: SystemReason,
    query: (kysely: Kysely<SystemTables>) => Compilable<Row>,
    settings?: SystemSettings,
  ) => Promise<Row[]>
  /** Is told of each chain that has new events, once they are committed. */
  onRecorded: (listener: (chain: Chain) => void) => void
}

export type Timeouts = { statementTimeoutMs: number; idleInTransactionTimeoutMs: number }

export function createDb(ways: Ways, { vault, log, clock, ids }: DbDeps): Db {
  const listeners: ((chain: Chain) => void)[] = []
  const onRecorded = (chain: Chain) => listeners.forEach((listener) => listener(chain))
  const parts = { ...ways, vault, log, clock, ids, onRecorded }
  const run = <T>(signal: AbortSignal | undefined, acting: Acting, work: (open: Open) => Promise<T>) =>
    runTransaction(parts, signal, acting, work)

  return {
    onRecorded: (listener) => listeners.push(listener),
    tenant: (scope, work) =>
      run(scope.signal, actingFor(scope), (open) => work(tenantTx(open, scope))).catch((error: unknown) => {
        // Who is held to parts of spaces runs into this with every write elsewhere, whatever the statement forgot to ask.
        throw scope.part && violatesRowSecurity(error) ? beyondPart({ cause: error }) : error
      }),
    partner: (scope, work) =>
      run(scope.signal, actingFor(scope), (open) => work({ scope, ...adminTx(open, scope) })),
    platform: (scope, work) =>
      run(scope.signal, actingFor(scope), (open) => work({ scope, ...adminTx(open, scope) })),
    system: (reason, work, settings) =>
      run(undefined, systemActing(reason, settings), (open) => work(systemTx(open))),
    ask: async (reason, query, settings) => {
      const acting = systemActing(reason, settings)
      const { sql, parameters } = query(compiling).compile()
      const statement = statementOf(ways.nameStatement, acting.role, sql, [...parameters])
      const found = await onConnection(parts, undefined, acting, (connection) =>
        connection.commit(false, [statement]),
      )
      return found?.rows ?? []
    },
  }
}

/** Statements are written with it, and sent by `ask`. */
const compiling = kyselyOn<SystemTables>({ query: () => Promise.reject(new Error('to be sent by ask')) }, [])

const beyondPart = (extras: { cause: unknown }) =>
  forbidden('The caller may not change anything there.', extras)

export type DbDeps = { vault: OpensKeys; log: Log; clock: Clock; ids: Ids }
/** How statements reach the database. */
export type Ways = { pool: Pool; timeouts: Timeouts; nameStatement: NameStatement }
type Parts = DbDeps & Ways & { onRecorded: (chain: Chain) => void }

async function runTransaction<T>(
  parts: Parts,
  signal: AbortSignal | undefined,
  acting: Acting,
  work: (open: Open) => Promise<T>,
): Promise<T> {
  const { vault, clock, ids, onRecorded, nameStatement } = parts
  const committed: (() => void)[] = []
  const news: News = { isTold: false, chains: [] }
  const make = () => ({ id: ids.uuid(), at: clock.now() })
  return onConnection(parts, signal, acting, async (connection) => {
    const { statements, takeBack, isOver } = lend(connection, acting.role, nameStatement)
    try {
      const result = await work({ client: statements, end: takeBack, acting, vault, committed, news, make })
      if (isOver()) throw new Error('a failure under another role was swallowed: nothing was committed')
      await connection.commit(!news.isTold, takeBack())
      for (const effect of committed) effect()
      new Map(news.chains.map((chain) => [chain.id, chain])).forEach(onRecorded)
      return result
    } finally {
      takeBack()
    }
  })
}

async function onConnection<T>(
  { pool, log, timeouts, nameStatement }: Parts,
  signal: AbortSignal | undefined,
  acting: Acting,
  work: (connection: CheckedOut) => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted()
  const { text, values } = setLocally({ ...limits(timeouts), ...settingsOf(acting) })
  const opening = statementOf(nameStatement, noRole, text, values)
  const connection = checkOut({ pool, log, nameStatement }, signal, [opening])
  try {
    return await work(connection)
  } catch (error) {
    await connection.rollback()
    if (isStalePlan(error)) connection.doubt()
    if (!mayBeCommitted(error)) signal?.throwIfAborted()
    throw asUnavailable(error)
  } finally {
    connection.giveBack()
  }
}

function limits({ statementTimeoutMs, idleInTransactionTimeoutMs }: Timeouts) {
  return {
    statement_timeout: String(statementTimeoutMs),
    idle_in_transaction_session_timeout: String(idleInTransactionTimeoutMs),
  }
}
