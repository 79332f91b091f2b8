import type { ServingRole } from '../roles.ts'
import { tenantTables } from '../tables.generated.ts'

/**
 * What the schema has to be, told once. A table that is not named here is a tenant table and is held to all that one
 * has to have; whatever else stands in the catalogue (a grant, a policy, a view) is a finding.
 */
export type Grants = Partial<Record<ServingRole, readonly string[]>>
export type Wall = { role: ServingRole; command: 'ALL' | 'SELECT'; using: string; check?: string }

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
        'update (sealing_key, oldest_key, rotation_finished_at, rotation_pieces, rotation_left)',
      ],
      bulkhead_space: ['select', 'update (rotation_left)'],
      bulkhead_system: ['select'],
      bulkhead_eraser: ['delete', 'select (id, status)', 'update (erasure_left)'],
    },
  },
  keys: {
    rowSecurity: true,
    grants: {
      bulkhead_platform: ['insert', 'select (all but secret_hash)', 'update (revoked_at)'],
      bulkhead_partner: ['insert', 'select (all but secret_hash)', 'update (revoked_at)'],
      bulkhead_tenant: ['insert', 'select (all but secret_hash)', 'update (revoked_at)'],
      bulkhead_space: ['insert', 'select (all but secret_hash)', 'update (revoked_at)'],
      bulkhead_system: ['select'],
      bulkhead_eraser: ['delete', 'select (ctid, tenant_id)'],
    },
  },
  schema_migrations: { rowSecurity: false, grants: { bulkhead_system: ['select'] } },
}

export const expectedTables: readonly string[] = [...Object.keys(sharedTables), ...tenantTables]

/** Content is for its tenant alone: whoever erases it sees whose a row is and where it lies, the others nothing. */
export function tenantTableGrants(spaceColumn: string | undefined): Grants {
  const all = ['delete', 'insert', 'select', 'update']
  return {
    bulkhead_tenant: all,
    ...(spaceColumn === undefined ? {} : { bulkhead_space: all }),
    bulkhead_eraser: ['delete', 'select (ctid, tenant_id)'],
  }
}
export const queueGrants: Grants = { bulkhead_jobs: ['delete', 'insert', 'select', 'update'] }

/** The column that `app.spaces` is held against. A tenant table that has neither is closed to who is held to spaces. */
export function spaceColumnOf(table: string, columns: readonly string[]): string | undefined {
  if (table === 'spaces') return 'id'
  return columns.includes('space_id') ? 'space_id' : undefined
}

export function tenantTableWalls(spaceColumn: string | undefined): Record<string, Wall> {
  return {
    tenant_wall: readAndWrite('bulkhead_tenant', isOfTenant('tenant_id')),
    ...(spaceColumn === undefined
      ? {}
      : { space_wall: readAndWrite('bulkhead_space', isWithinSpaces(spaceColumn)) }),
    erasure: deleteOnly('bulkhead_eraser', isOfErasedTenant()),
  }
}

export const sharedTableWalls: Record<string, Record<string, Wall>> = {
  partners: {
    platform_wall: readAndWrite('bulkhead_platform', isPlatform()),
    partner_wall: readOnly('bulkhead_partner', isOwn('id', 'partner_id')),
    presented_key: readOnly('bulkhead_system', isNamedByKey('partner_id')),
  },
  tenants: {
    platform_wall: readAndWrite('bulkhead_platform', isPlatform()),
    partner_wall: readAndWrite('bulkhead_partner', isOwn('partner_id', 'partner_id')),
    tenant_wall: readAndWrite('bulkhead_tenant', isOfTenant('id')),
    space_wall: readAndWrite('bulkhead_space', isOfTenant('id')),
    erasure: readAndWrite('bulkhead_eraser', `(${isOfTenant('id')} AND (status = 'erasing'::text))`),
    presented_key: readOnly('bulkhead_system', isNamedByKey('tenant_id')),
  },
  keys: {
    platform_wall: readAndWrite('bulkhead_platform', isPlatform()),
    partner_wall: readAndWrite('bulkhead_partner', isOwn('partner_id', 'partner_id')),
    tenant_wall: readAndWrite('bulkhead_tenant', isOfTenant('tenant_id')),
    space_wall: readAndWrite('bulkhead_space', isWithinSpaces('space_id')),
    erasure: deleteOnly('bulkhead_eraser', isOfErasedTenant()),
    presented_key: readOnly(
      'bulkhead_system',
      `(secret_hash = ( SELECT decode(${setting('secret_hash')}, 'hex'::text) AS decode))`,
    ),
  },
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
  const listed = `( SELECT (${setting('spaces')})::uuid[] AS "nullif")::uuid[]`
  return `(${isOfTenant('tenant_id')} AND (${column} = ANY (${listed})))`
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

function isNamedByKey(column: string): string {
  return `(id IN ( SELECT keys.${column} FROM keys))`
}

function setting(name: string): string {
  return `NULLIF(current_setting('app.${name}'::text, true), ''::text)`
}
