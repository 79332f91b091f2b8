import { setTimeout } from 'node:timers/promises'
import { sql } from 'kysely'
import { type Db, type SystemTx, violatesUnique } from '#platform/db/index.ts'
import { type Chain, chainName, entryOf, genesis, hashOf } from '#platform/events/index.ts'
import type { Log } from '#platform/log.ts'
import { tablesOf } from './tables.ts'

export type Sequencer = {
  /** Numbers what is committed of a chain, if anything waits; a reader sees then what was answered before it asked. */
  settle: (chain: Chain) => Promise<void>
  /** Is told of chains that have new numbers. */
  onNumbered: (listener: (chain: Chain) => void) => void
  close: () => Promise<void>
}

/** Events of a moment are numbered together. */
const collectMs = 20
/** And a chain that is written all the time only so often: without a rest each operation paid for a transaction of ours. */
const restMs = 200
/** Numbered in one transaction. */
const atOnce = 500
/** After a process that was killed, another one, or the next, numbers what it left. */
const recoverEveryMs = 30_000

type Deps = { db: Db; log: Log }

/**
 * Numbers events once they are committed, each chain by itself. Whoever numbers holds the chain's end, so that of several
 * processes one at a time does it, and a number stands for a place in an order that nobody has to wait for while they work.
 */
export function createSequencer({ db, log }: Deps): Sequencer {
  const listeners: ((chain: Chain) => void)[] = []
  /** Chains with events that have no number yet, and those that are being served. */
  const waiting = new Map<string, Chain>()
  const served = new Map<string, Promise<void>>()
  const closing = new AbortController()
  const isClosed = () => closing.signal.aborted
  const pause = (ms: number) =>
    setTimeout(ms, undefined, { ref: false, signal: closing.signal }).catch(() => {})

  const settle = async (chain: Chain) => {
    let numbered = 0
    for (let last = atOnce; last === atOnce; numbered += last)
      last = await db
        .system('number-events', (tx) => numberSome(tx, chain), { numbering: chain })
        .catch((error: unknown) => {
          if (!isTaken(error)) throw error
          log.error({ err: error, chain: chainName(chain) }, 'an event has a number that nobody gave it')
          return 0
        })
    if (numbered > 0) listeners.forEach((listener) => listener(chain))
  }
  /** Nothing is lost by a failure: they are numbered with the next ones, by the next reader, or by `recover`. */
  const settleOrWarn = (chain: Chain) =>
    settle(chain).catch((error: unknown) => {
      if (!isClosed()) log.warn({ err: error }, 'events were not numbered')
    })
  const serve = async (chain: Chain) => {
    await pause(collectMs)
    while (waiting.delete(chain.id)) {
      await settleOrWarn(chain)
      await pause(restMs)
    }
    served.delete(chain.id)
  }
  const add = (chain: Chain) => {
    if (isClosed()) return
    waiting.set(chain.id, chain)
    if (!served.has(chain.id)) served.set(chain.id, serve(chain))
  }
  const recover = () =>
    findUnnumbered(db).then(
      (chains) => chains.forEach(add),
      (error: unknown) => {
        if (!isClosed()) log.warn({ err: error }, 'events without numbers were not looked for')
      },
    )

  db.onRecorded(add)
  void recover()
  const recovering = setInterval(() => void recover(), recoverEveryMs).unref()

  return {
    settle,
    onNumbered: (listener) => listeners.push(listener),
    close: async () => {
      clearInterval(recovering)
      closing.abort()
      await Promise.all(served.values())
    },
  }
}

/** Somebody has written to the table past the sequencer: the check of the trail says where. */
function isTaken(error: unknown): boolean {
  return (
    violatesUnique(error, 'events_tenant_id_number_key') ||
    violatesUnique(error, 'admin_events_chain_number_key')
  )
}

/** @returns how many got a number */
async function numberSome(tx: SystemTx, chain: Chain): Promise<number> {
  const { events, chains, owner } = tablesOf(chain)
  const isWaiting = sql<{ id: string }>`select id from ${events} where ${owner} = ${chain.id}
    and number is null limit 1`
  if ((await isWaiting.execute(tx.kysely)).rows.length === 0) return 0
  const end = (await holdEnd(tx, chain)) ?? (await startChain(tx, chain))
  if (!end) return 0
  let { number, hash } = end
  const { rows } = await sql<
    Parameters<typeof entryOf>[1]
  >`select * from ${events} where ${owner} = ${chain.id}
    and number is null order by created_at, id limit ${atOnce}`.execute(tx.kysely)
  const numbered = rows.map((row) => {
    hash = hashOf(entryOf(chain, row, ++number, hash))
    return { id: row.id, number, hash: hash.toString('hex') }
  })
  if (numbered.length === 0) return 0
  const column = (name: keyof (typeof numbered)[number]) => numbered.map((one) => one[name])
  await sql`with numbered as (
      update ${events} as e set number = n.number, hash = decode(n.hash, 'hex')
      from unnest(${column('id')}::uuid[], ${column('number')}::bigint[], ${column('hash')}::text[]) as n(id, number, hash)
      where e.${owner} = ${chain.id} and e.id = n.id)
    update ${chains} set number = ${number}, hash = ${hash} where ${owner} = ${chain.id}`.execute(tx.kysely)
  return numbered.length
}

type End = { number: number; hash: Buffer }

/** Until the transaction ends nobody else numbers. */
async function holdEnd(tx: SystemTx, chain: Chain): Promise<End | undefined> {
  const { chains, owner } = tablesOf(chain)
  const { rows } = await sql<End>`select number, hash from ${chains}
    where ${owner} = ${chain.id} for update`.execute(tx.kysely)
  return rows[0]
}

/** Where events wait for it still: of a tenant that was erased meanwhile nothing begins anew. */
async function startChain(tx: SystemTx, chain: Chain): Promise<End | undefined> {
  const { events, chains, owner } = tablesOf(chain)
  await sql`insert into ${chains} (${owner}, number, hash) select ${chain.id}::uuid, 0, ${genesis}::bytea
    where exists (select from ${events} where ${owner} = ${chain.id} and number is null)
    on conflict do nothing`.execute(tx.kysely)
  return holdEnd(tx, chain)
}

/** The database shows whose these are, of events without a number alone. */
async function findUnnumbered(db: Db): Promise<Chain[]> {
  return db.system(
    'find-unnumbered',
    async (tx) => {
      const { rows } = await sql<Chain>`
        select distinct 'tenant' as level, tenant_id as id from events
        union all select distinct 'admin', chain from admin_events`.execute(tx.kysely)
      return rows
    },
    'unnumbered',
  )
}
