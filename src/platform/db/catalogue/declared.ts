import type { ServingRole } from '../roles.ts'
import { tenantTables } from '../tables.generated.ts'
import { eventGrants, eventWalls } from './declared-events.ts'
import { partGrants, partWalls } from './declared-parts.ts'

/**
 * What the schema has to be, told once. A table that is not named here is a tenant table and is held to all that one
 * has to have; whatever else stands in the catalogue (a grant, a policy, a view) is a finding.
 */
export type Grants = Partial<Record<ServingRole, readonly string[]>>
export type Wall = {
  role: ServingRole
  command: 'ALL' | 'SELECT' | 'INSERT' | 'UPDATE' | 'DELETE'
  using?: string
  check?: string
}

/** Ours; the queue's tables are made by its library and hold ids and states. */
export const tableSchema = 'public'
export const queueSchema = 'pgboss'

/** Tables that belong to no single tenant, and who may do what there. */
export const sharedTables: Record<string, { rowSecurity: boolean; grants: Grants }> = {
  partners: {
    rowSecurity: true,
    grants: {
      bulkhead_platform: ['delete', 'insert', 'select', 'update'],
      bulkhead_partner: ['select'],
      bulkhead_system: ['select'],
    },
  },
  tenants: {
    rowSecurity: true,
    grants: {
      bulkhead_platform: ['insert', 'select', 'update'],
      bulkhead_partner: ['insert', 'select', 'update'],
      bulkhead_tenant: [
        'select',
        'update (sealing_key, oldest_key, rotation_finished_at, rotation_pieces, rotation_left, keeps_queries, records_reads, audit_days)',
      ],
      bulkhead_space: ['select', 'update (rotation_left)'],
      bulkhead_part: ['select', 'update (rotation_left)'],
      bulkhead_system: ['select'],
      bulkhead_eraser: ['delete', 'select (id, status)', 'update (erasure_left)'],
    },
  },
  keys: {
    rowSecurity: true,
    grants: {
      bulkhead_platform: ['insert', 'select (all but secret_hash)', 'update (expires_at, revoked_at)'],
      bulkhead_partner: ['insert', 'select (all but secret_hash)', 'update (expires_at, revoked_at)'],
      bulkhead_tenant: ['insert', 'select (all but secret_hash)', 'update (expires_at, revoked_at)'],
      bulkhead_space: ['insert', 'select (all but secret_hash)', 'update (expires_at, revoked_at)'],
      bulkhead_system: ['select', 'update (last_used_at)'],
      bulkhead_eraser: ['delete', 'select (ctid, tenant_id)'],
    },
  },
  admin_events: { rowSecurity: true, grants: eventGrants['admin_events']! },
  admin_event_chains: { rowSecurity: true, grants: eventGrants['admin_event_chains']! },
  schema_migrations: { rowSecurity: false, grants: { bulkhead_system: ['select'] } },
}

export const expectedTables: readonly string[] = [...Object.keys(sharedTables), ...tenantTables]

/** Content is for its tenant alone: whoever erases it sees whose a row is and where it lies, the others nothing. */
export function tenantTableGrants(table: string, columns: readonly string[]): Grants {
  if (eventGrants[table]) return eventGrants[table]
  const all = ['delete', 'insert', 'select', 'update']
  return {
    bulkhead_tenant: all,
    ...(spaceColumnOf(table, columns) === undefined ? {} : { bulkhead_space: all }),
    bulkhead_part: partGrants(table),
    ...(table in presented ? { bulkhead_system: presented[table] } : {}),
    bulkhead_eraser: ['delete', 'select (ctid, tenant_id)'],
  }
}
/** What is found by a secret whose hash was presented; and whose webhooks and alerts there are. */
const presented: Record<string, readonly string[]> = {
  invitations: ['select (tenant_id, id, secret_hash)'],
  portal_tokens: ['select (all but hint, created_at)', 'update (uses, last_used_at)'],
  webhook_endpoints: ['select (tenant_id, status, position)'],
  alerts: ['select (tenant_id, status, position)'],
}

export const queueGrants: Grants = { bulkhead_jobs: ['delete', 'insert', 'select', 'update'] }

/** The column that `app.spaces` is held against. A tenant table that has neither is closed to who is held to spaces. */
function spaceColumnOf(table: string, columns: readonly string[]): string | undefined {
  if (table === 'spaces') return 'id'
  return columns.includes('space_id') ? 'space_id' : undefined
}

export function tenantTableWalls(table: string, columns: readonly string[]): Record<string, Wall> {
  const spaceColumn = spaceColumnOf(table, columns)
  return {
    tenant_wall: readAndWrite('bulkhead_tenant', isOfTenant('tenant_id')),
    ...(spaceColumn === undefined
      ? {}
      : { space_wall: readAndWrite('bulkhead_space', isWithinSpaces(spaceColumn)) }),
    ...partWalls(table, withinSpaces),
    ...presentedWalls[table],
    ...wallsOfEvents[table],
    erasure: deleteOnly('bulkhead_eraser', isOfErasedTenant()),
  }
}

const usePresented: Wall = {
  role: 'bulkhead_system',
  command: 'UPDATE',
  using: hasPresentedHash(),
  check: hasPresentedHash(),
}

const isActiveConsumer = readOnly(
  'bulkhead_system',
  `((status = 'active'::text) AND (( SELECT current_setting('app.consumers'::text, true) AS current_setting) = 'on'::text))`,
)

const presentedWalls: Record<string, Record<string, Wall>> = {
  invitations: { presented_invitation: readOnly('bulkhead_system', hasPresentedHash()) },
  portal_tokens: {
    presented_token: readOnly('bulkhead_system', hasPresentedHash()),
    presented_token_use: usePresented,
  },
  webhook_endpoints: { whose: isActiveConsumer },
  alerts: { whose: isActiveConsumer },
}

const wallsOfEvents = eventWalls({
  isOfTenant: isOfTenant('tenant_id'),
  withinSpaces: withinSpaces('space_id'),
  isOwnPartner: isOwn('chain', 'partner_id'),
  isPlatform: isPlatform(),
  isOfChain: `(chain = (${setting('chain')})::uuid)`,
  setting,
})

export const sharedTableWalls: Record<string, Record<string, Wall>> = {
  partners: {
    platform_wall: readAndWrite('bulkhead_platform', isPlatform()),
    partner_wall: readOnly('bulkhead_partner', isOwn('id', 'partner_id')),
    presented_key: readOnly('bulkhead_system', isNamedBy('keys', 'partner_id')),
    of_presented_tenant: readOnly('bulkhead_system', isNamedBy('tenants', 'partner_id')),
  },
  tenants: {
    platform_wall: readAndWrite('bulkhead_platform', isPlatform()),
    partner_wall: readAndWrite('bulkhead_partner', isOwn('partner_id', 'partner_id')),
    tenant_wall: readAndWrite('bulkhead_tenant', isOfTenant('id')),
    space_wall: readAndWrite('bulkhead_space', isOfTenant('id')),
    part_select: readOnly('bulkhead_part', isOfTenant('id')),
    part_update: {
      role: 'bulkhead_part',
      command: 'UPDATE',
      using: isOfTenant('id'),
      check: isOfTenant('id'),
    },
    erasure: readAndWrite('bulkhead_eraser', `(${isOfTenant('id')} AND (status = 'erasing'::text))`),
    presented_key: readOnly('bulkhead_system', isNamedBy('keys', 'tenant_id')),
    presented_invitation: readOnly('bulkhead_system', isNamedBy('invitations', 'tenant_id')),
    presented_token: readOnly('bulkhead_system', isNamedBy('portal_tokens', 'tenant_id')),
  },
  keys: {
    platform_wall: readAndWrite('bulkhead_platform', isPlatform()),
    partner_wall: readAndWrite('bulkhead_partner', isOwn('partner_id', 'partner_id')),
    tenant_wall: readAndWrite('bulkhead_tenant', isOfTenant('tenant_id')),
    space_wall: readAndWrite('bulkhead_space', isWithinSpaces('space_id')),
    erasure: deleteOnly('bulkhead_eraser', isOfErasedTenant()),
    presented_key: readOnly('bulkhead_system', hasPresentedHash()),
    presented_key_use: usePresented,
  },
  admin_events: wallsOfEvents['admin_events']!,
  admin_event_chains: wallsOfEvents['admin_event_chains']!,
  schema_migrations: {},
}

function readOnly(role: ServingRole, using: string): Wall {
  return { role, command: 'SELECT', using }
}

function readAndWrite(role: ServingRole, using: string): Wall {
  return { role, command: 'ALL', using, check: using }
}

/** No row that is written satisfies it. */
function deleteOnly(role: ServingRole, using: string): Wall {
  return { role, command: 'ALL', using, check: 'false' }
}

/*
 * Below, conditions as PostgreSQL prints them back (15 to 18 print the same). `tenant_predicate` and `space_predicate` in
 * the first migration write those for tenant tables, `erasing_predicate` the one for the end of a tenant.
 */

function isOfTenant(column: string): string {
  return `(${column} = (${setting('tenant_id')})::uuid)`
}

function isWithinSpaces(column: string): string {
  return `(${withinSpaces(column)})`
}

function withinSpaces(column: string, table?: string): string {
  const listed = `( SELECT (${setting('spaces')})::uuid[] AS "nullif")::uuid[]`
  const prefix = table === undefined ? '' : `${table}.`
  return `${isOfTenant(`${prefix}tenant_id`)} AND (${prefix}${column} = ANY (${listed}))`
}

function isOwn(column: string, name: string): string {
  return `(${column} = ( SELECT (${setting(name)})::uuid AS "nullif"))`
}

function isOfErasedTenant(): string {
  const erased = `((tenants.id = (${setting('tenant_id')})::uuid) AND (tenants.status = 'erasing'::text))`
  return `(tenant_id = ( SELECT tenants.id FROM tenants WHERE ${erased}))`
}

function isPlatform(): string {
  return `(( SELECT current_setting('app.platform'::text, true) AS current_setting) = 'on'::text)`
}

function isNamedBy(table: string, column: string): string {
  return `(id IN ( SELECT ${table}.${column} FROM ${table}))`
}

function hasPresentedHash(): string {
  return `(secret_hash = ( SELECT decode(${setting('secret_hash')}, 'hex'::text) AS decode))`
}

function setting(name: string): string {
  return `NULLIF(current_setting('app.${name}'::text, true), ''::text)`
}
