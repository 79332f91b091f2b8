import type { Db } from '#platform/db/index.ts'
import type { Log } from '#platform/log.ts'
import { type Behind, type Consumer, findBehind, listActive, scopeOf } from './consumers.ts'
import type { Sequencer } from './sequence.ts'

/** What a process that was killed, or another server, has left is taken up after so long. */
const sweepEveryMs = 30_000

export type Dispatcher = { close: () => Promise<void> }

type Deps = {
  db: Db
  log: Log
  sequencer: Pick<Sequencer, 'onNumbered'>
  consumers: readonly Consumer[]
}

/**
 * Hands events on to webhooks and alerts: at once when they get their numbers here, and of all tenants every half a minute.
 * A tenant with none that is behind costs one statement for each batch of numbers.
 */
export function createDispatcher(deps: Deps): Dispatcher {
  const { db, log, sequencer, consumers } = deps
  /** Tenants that are being served, and whether there is something new meanwhile. */
  const busy = new Map<string, boolean>()
  const running = new Set<Promise<void>>()
  const stop = new AbortController()
  const isClosed = () => stop.signal.aborted

  const serve = async (behind: Behind) => {
    const consumer = consumers.find(({ name }) => name === behind.name)
    const scope = consumer && (await scopeOf(db, behind))
    if (!scope) return
    for (const id of await db.tenant(scope, (tx) => listActive(tx, behind.name)))
      while (!isClosed() && (await consumer.takeSome(scope, id)));
  }
  /** One that fails keeps no other from its events: its position stands where it was, and the next sweep goes on from there. */
  const serveOrWarn = async (behind: Behind) => {
    const { tenant_id, name } = behind
    await serve(behind).catch((error: unknown) => {
      if (!isClosed()) log.warn({ err: error, tenant_id, consumer: name }, 'events were not handed on')
    })
  }
  const work = async (tenantId: string) => {
    try {
      do {
        busy.set(tenantId, false)
        for (const behind of await findBehind(db, tenantId)) await serveOrWarn(behind)
      } while (busy.get(tenantId) === true && !isClosed())
    } catch (error) {
      if (!isClosed()) log.warn({ err: error, tenant_id: tenantId }, 'consumers were not looked for')
    } finally {
      busy.delete(tenantId)
    }
  }
  const track = (work: Promise<void>) => {
    const done: Promise<void> = work.finally(() => running.delete(done))
    running.add(done)
    return done
  }
  const wake = (tenantId: string): Promise<void> => {
    if (isClosed()) return Promise.resolve()
    if (!busy.has(tenantId)) return track(work(tenantId))
    busy.set(tenantId, true)
    return Promise.resolve()
  }
  const sweep = async () => {
    try {
      const behind = await findBehind(db)
      for (const tenantId of new Set(behind.map(({ tenant_id }) => tenant_id))) await wake(tenantId)
    } catch (error) {
      if (!isClosed()) log.warn({ err: error }, 'consumers were not looked for')
    }
  }

  sequencer.onNumbered(({ level, id }) => {
    if (level === 'tenant') void wake(id)
  })
  void track(sweep())
  const sweeping = setInterval(() => void track(sweep()), sweepEveryMs).unref()
  return {
    close: async () => {
      stop.abort()
      clearInterval(sweeping)
      await Promise.all(running)
    },
  }
}
