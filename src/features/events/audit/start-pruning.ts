import { operatorPartnerScope, operatorScope, operatorTenantScope } from '#features/access/index.ts'
import type { Log } from '#platform/log.ts'
import type { Scope } from '#platform/scope/index.ts'
import { prune, type PruneDeps } from './prune.ts'

const sweepEveryMs = 3_600_000

type Deps = PruneDeps & {
  log: Log
  /** For the trails of the platform and of partners; 0: they are kept. */
  adminDays: number
}

/**
 * Ends old entries now and every hour, as each tenant says and as the server is set up for the others.
 * @returns what ends it
 */
export function startPruning(deps: Deps): () => Promise<void> {
  const { log } = deps
  const stop = new AbortController()
  const sweep = async () => {
    try {
      for (const { scope, days } of await findChains(deps)) {
        if (stop.signal.aborted) return
        await prune(scope, days, stop.signal, deps).catch((error: unknown) => {
          log.warn({ err: error, chain: scope.level }, 'old entries of a trail were not ended')
        })
      }
    } catch (error) {
      if (!stop.signal.aborted) log.warn({ err: error }, 'old entries of trails were not looked for')
    }
  }
  let running = sweep()
  const sweeping = setInterval(() => {
    running = running.then(sweep)
  }, sweepEveryMs).unref()
  return () => {
    stop.abort()
    clearInterval(sweeping)
    return running
  }
}

/** Those of which anything ends at all. */
async function findChains({ db, adminDays }: Deps): Promise<{ scope: Scope; days: number }[]> {
  const operator = operatorScope('retention')
  const { partners, tenants } = await db.platform(operator, async (tx) => ({
    partners: adminDays === 0 ? [] : await tx.kysely.selectFrom('partners').select('id').execute(),
    tenants: await tx.kysely
      .selectFrom('tenants')
      .select(['id', 'partner_id', 'audit_days as days'])
      .where('status', '!=', 'erasing')
      .where('audit_days', 'is not', null)
      .$narrowType<{ days: number }>()
      .execute(),
  }))
  return [
    ...(adminDays === 0 ? [] : [{ scope: operator, days: adminDays }]),
    ...partners.map(({ id }) => ({ scope: operatorPartnerScope(operator, id), days: adminDays })),
    ...tenants.map(({ id, partner_id: partnerId, days }) => ({
      scope: operatorTenantScope(operator, { id, partnerId }),
      days,
    })),
  ]
}
