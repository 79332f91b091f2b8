import type { Kysely, KyselyPlugin } from 'kysely'
import { chainOf, recordOf } from '#platform/events/index.ts'
import type { PartnerScope, PlatformScope, Scope, TenantScope } from '../scope/index.ts'
import type { Sealer, TenantKeys, Vault } from '../vault/index.ts'
import { actingFor, actingIn, type Acting, chainSettings } from './acting.ts'
import { type Execute, executeOn, type Lent } from './execute.ts'
import { type News, recorder, type Recorder } from './recorder.ts'
import type { Tables } from './tables.generated.ts'
import { tenantPredicate } from './tenant-predicate.ts'
import { kyselyOn } from './kysely-on.ts'

type SharedTables = Pick<Tables, 'partners' | 'tenants' | 'keys'>
type AdminTables = SharedTables & Pick<Tables, 'admin_events' | 'admin_event_chains'>
type TenantTables = Omit<Tables, 'partners' | 'admin_events' | 'admin_event_chains'>

/** One open transaction under one database role. It ends when the work given to `db` settles. */
type Tx<Visible> = {
  readonly kysely: Kysely<Visible>
  /** Runs `effect` once the transaction has been committed; a failed one never runs it. */
  afterCommit: (effect: () => void) => void
  /** Job rows are written in the caller's transaction but under a role of their own: tenants cannot read the queue. */
  withJobsRole: <T>(work: (execute: Execute) => Promise<T>) => Promise<T>
}

type KeepsTrail = Recorder & {
  /** What events of the caller's chain say is taken out of them under a role that can do nothing else. */
  withArchivistRole: <T>(work: (kysely: Kysely<EventTables>) => Promise<T>) => Promise<T>
}
type EventTables = Pick<Tables, 'events' | 'admin_events'>

export type TenantTx = Tx<TenantTables> &
  KeepsTrail & {
    readonly scope: TenantScope
    /** The keys that open this tenant's content. @throws content.key_missing */
    readonly keys: () => Promise<TenantKeys>
    /** What this transaction seals with. @throws content.key_missing */
    readonly sealing: () => Promise<Sealing>
    /**
     * Sees the spaces of the scope as a whole, whatever part of them the caller may. For the index in memory alone, which
     * serves all callers: what of it is shown to whom is decided apart (`search/rank/readable.ts`).
     */
    readonly inWholeSpaces: <T>(work: (tx: TenantTx) => Promise<T>) => Promise<T>
  }

/** Holds until the transaction ends: a change of the key waits for whoever is sealing with the one before. */
type Sealing = {
  sealer: Sealer
  /** Nothing may be committed that is sealed with a key below this version. */
  oldestKey: number
}
export type PartnerTx = Tx<AdminTables> & KeepsTrail & { readonly scope: PartnerScope } & CanEnter
export type PlatformTx = Tx<AdminTables> & KeepsTrail & { readonly scope: PlatformScope } & CanEnter
export type AdminTx = PartnerTx | PlatformTx
/** What is found by a secret, before anybody knows whose it is; and events, of which the sequencer makes chains. */
export type SystemTables = SharedTables &
  Pick<
    Tables,
    | 'invitations'
    | 'portal_tokens'
    | 'webhook_endpoints'
    | 'alerts'
    | 'events'
    | 'event_chains'
    | 'admin_events'
    | 'admin_event_chains'
  >

export type SystemTx = Tx<SystemTables> & { execute: Execute } & CanEnter

/** A new tenant gets its first rows in the transaction that creates it, as that tenant; a user's rights are read by its key. */
type CanEnter = { enter: <T>(scope: TenantScope, work: (tx: TenantTx) => Promise<T>) => Promise<T> }

/** Of the vault, what a transaction needs. */
export type OpensKeys = Pick<Vault, 'keysOf'>

export type Open = {
  client: Lent
  end: () => unknown
  acting: Acting
  vault: OpensKeys
  committed: (() => void)[]
  news: News
  make: () => { id: string; at: Date }
}
export function tenantTx(open: Open, scope: TenantScope): TenantTx {
  const scoped = tx<TenantTables>(open, [tenantPredicate(scope.tenantId)])
  return {
    scope,
    keys: () => open.vault.keysOf(scope.tenantId),
    sealing: () => startSealing(open, scope),
    inWholeSpaces: (work) => enteringWhole(open, scope, work),
    withArchivistRole: archiving(open, scope),
    ...recorder(open.news, async (events) => {
      const rows = events.map((event) => ({
        tenant_id: scope.tenantId,
        ...recordOf(scope, event, open.make()),
        space_id: event.place?.space ?? null,
        folder_id: event.place?.folder ?? null,
        file_id: event.place?.file ?? null,
        user_id: userOf(event.happened?.scope ?? scope),
      }))
      const { sql, parameters } = scoped.kysely.insertInto('events').values(rows).compile()
      await open.client.runLater(sql, [...parameters])
      return chainOf(scope)
    }),
    ...scoped,
  }
}

async function startSealing({ client, vault }: Open, { tenantId }: TenantScope): Promise<Sealing> {
  const { rows } = await client.query<{ sealing_key: number; oldest_key: number }>(
    'select sealing_key, oldest_key from tenants where id = $1 for share',
    [tenantId],
  )
  const [row] = rows
  if (!row) throw new Error(`tenant ${tenantId} is gone`)
  const keys = await vault.keysOf(tenantId, row.sealing_key)
  return { sealer: keys.sealer(row.sealing_key), oldestKey: row.oldest_key }
}

function userOf(scope: Scope): string | null {
  return (scope.level === 'tenant' && scope.user?.id) || null
}

export function adminTx(open: Open, scope: PartnerScope | PlatformScope) {
  const { id: chain } = chainOf(scope)
  const shared = tx<AdminTables>(open, [])
  return {
    ...shared,
    withArchivistRole: archiving(open, scope),
    ...recorder(open.news, async (events) => {
      const rows = events.map((event) => ({ chain, ...recordOf(scope, event, open.make()) }))
      const { sql, parameters } = shared.kysely.insertInto('admin_events').values(rows).compile()
      await open.client.runLater(sql, [...parameters])
      return chainOf(scope)
    }),
    enter: entering(open),
  }
}

export function systemTx(open: Open): SystemTx {
  // What it may change is what its role may: the keeping of keys, jobs, chains and the end of a tenant.
  open.news.isTold = true
  return { ...tx<SystemTables>(open, []), execute: executeOn(open.client), enter: entering(open) }
}

function tx<Visible>(open: Open, plugins: KyselyPlugin[]): Tx<Visible> {
  return {
    kysely: kyselyOn<Visible>(open.client, plugins),
    afterCommit: (effect) => open.committed.push(effect),
    withJobsRole: (work) =>
      switching(open, { role: 'bulkhead_jobs', settings: {} }, () => work(executeOn(open.client))),
  }
}

function archiving(open: Open, scope: Scope): KeepsTrail['withArchivistRole'] {
  const acting = { role: 'bulkhead_archivist', settings: chainSettings(chainOf(scope)) }
  return async (work) => {
    // The role knows no spaces: who is held to some would reach the others by it.
    if (scope.level === 'tenant' && scope.spaces !== 'all')
      throw new TypeError('a trail is of the tenant as a whole')
    return switching(open, acting, () => work(kyselyOn<EventTables>(open.client, [])))
  }
}

function entering(open: Open): CanEnter['enter'] {
  return (scope, work) => {
    const acting = actingFor(scope)
    return switching(open, acting, () => work(tenantTx({ ...open, acting }, scope)))
  }
}

function enteringWhole<T>(open: Open, scope: TenantScope, work: (tx: TenantTx) => Promise<T>): Promise<T> {
  if (!scope.part) return work(tenantTx(open, scope))
  const acting = actingIn(scope, undefined)
  return switching(open, acting, () => work(tenantTx({ ...open, acting }, scope)))
}

/**
 * Acts as somebody else for a while. A failure ends the transaction for good: whoever swallows it would otherwise go on
 * under a role that is not its own.
 */
async function switching<T>(open: Open, acting: Acting, work: () => Promise<T>): Promise<T> {
  open.client.actAs(acting)
  const result = await work().catch((error: unknown) => {
    open.end()
    throw error
  })
  const cleared = Object.fromEntries(Object.keys(acting.settings).map((name) => [name, '']))
  open.client.actAs({ role: open.acting.role, settings: { ...cleared, ...open.acting.settings } })
  return result
}
