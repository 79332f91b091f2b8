import { operatorScope, operatorTenantScope } from '#features/access/index.ts'
import type { Sequencer } from '#features/events/index.ts'
import type { Log } from '#platform/log.ts'
import type { TenantScope } from '#platform/scope/index.ts'
import { listActiveIds } from './queries.ts'
import { type TurnDeps, turnSome } from './turn-events.ts'

/** What a process that was killed, or another server, has left is turned after so long. */
const sweepEveryMs = 30_000

export type Dispatcher = { close: () => Promise<void> }

type Deps = TurnDeps & { sequencer: Pick<Sequencer, 'onNumbered'>; log: Log }

/** Has events become deliveries: at once when they get their numbers here, and of all tenants every half a minute. */
export function createDispatcher(deps: Deps): Dispatcher {
  const { db, log, sequencer } = deps
  /** Tenants that are being turned, and whether there is something new meanwhile. */
  const busy = new Map<string, boolean>()
  const running = new Set<Promise<void>>()
  const stop = new AbortController()
  const isClosed = () => stop.signal.aborted

  const turnTenant = async (tenantId: string) => {
    const scope = await scopeOf(tenantId, deps)
    if (!scope) return
    for (const id of await db.tenant(scope, listActiveIds))
      while (!isClosed() && (await turnSome(scope, id, deps)));
  }
  const work = async (tenantId: string) => {
    try {
      do {
        busy.set(tenantId, false)
        await turnTenant(tenantId)
      } while (busy.get(tenantId) === true && !isClosed())
    } catch (error) {
      // Nothing is lost: the position stands where it was, and the next sweep goes on from there.
      if (!isClosed()) log.warn({ err: error, tenant_id: tenantId }, 'events were not turned into deliveries')
    } finally {
      busy.delete(tenantId)
    }
  }
  const track = (work: Promise<void>) => {
    const done: Promise<void> = work.finally(() => running.delete(done))
    running.add(done)
    return done
  }
  const turn = (tenantId: string): Promise<void> => {
    if (isClosed()) return Promise.resolve()
    if (!busy.has(tenantId)) return track(work(tenantId))
    busy.set(tenantId, true)
    return Promise.resolve()
  }
  const sweep = async () => {
    try {
      for (const tenantId of await findTenants(deps)) await turn(tenantId)
    } catch (error) {
      if (!isClosed()) log.warn({ err: error }, 'webhooks were not looked for')
    }
  }

  sequencer.onNumbered(({ level, id }) => {
    if (level === 'tenant') void turn(id)
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

/** Tenants in which something has happened that a webhook was not looked at for; of all, or of one. */
async function findTenants({ db }: Pick<TurnDeps, 'db'>, tenantId?: string): Promise<string[]> {
  const rows = await db.system(
    'find-webhooks',
    (tx) => {
      const query = tx.kysely
        .selectFrom('webhook_endpoints')
        .innerJoin('event_chains', 'event_chains.tenant_id', 'webhook_endpoints.tenant_id')
        .select('webhook_endpoints.tenant_id')
        .distinct()
        .where('webhook_endpoints.status', '=', 'active')
        .whereRef('event_chains.number', '>', 'webhook_endpoints.position')
      const one = tenantId === undefined ? query : query.where('webhook_endpoints.tenant_id', '=', tenantId)
      return one.execute()
    },
    'webhooks',
  )
  return rows.map(({ tenant_id }) => tenant_id)
}

/** Undefined where there is nothing to tell, or the tenant does not work. */
async function scopeOf(tenantId: string, deps: Pick<TurnDeps, 'db'>): Promise<TenantScope | undefined> {
  if ((await findTenants(deps, tenantId)).length === 0) return undefined
  const operator = operatorScope('webhooks')
  const tenant = await deps.db.platform(operator, (tx) =>
    tx.kysely
      .selectFrom('tenants')
      .select(['id', 'partner_id', 'status'])
      .where('id', '=', tenantId)
      .executeTakeFirst(),
  )
  // A tenant that is stopped is told later, when its jobs run again.
  if (tenant?.status !== 'active') return undefined
  return operatorTenantScope(operator, { id: tenant.id, partnerId: tenant.partner_id })
}
