/** The database roles that requests and jobs act as. None owns a table, is a superuser or may bypass row security. */
export const servingRoles = [
  'bulkhead_tenant',
  'bulkhead_space',
  'bulkhead_part',
  'bulkhead_partner',
  'bulkhead_platform',
  'bulkhead_system',
  'bulkhead_jobs',
  'bulkhead_eraser',
  'bulkhead_sequencer',
  'bulkhead_archivist',
] as const

export type ServingRole = (typeof servingRoles)[number]

/** Makes the roles where they are missing. Roles belong to the whole cluster, so other databases may have made them. */
export const createRolesSql = servingRoles
  .map(
    (role) => `
do $$ begin
  if not exists (select from pg_roles where rolname = '${role}') then
    create role ${role} nologin nosuperuser nobypassrls nocreatedb nocreaterole noinherit;
  end if;
exception when duplicate_object or unique_violation then null;
end $$;`,
  )
  .join('')

/** Lets a login role act as the serving roles, and as nothing else. */
export function grantRolesSql(login: string): string {
  return `grant ${servingRoles.join(', ')} to ${login};`
}

/** Every use of `db.system`, closed and reviewed, with the role it runs under. */
export const systemReasons = {
  /** Find the key whose hash was presented, with its tenant and partner. */
  authenticate: 'bulkhead_system',
  /** Claim, finish and tidy job rows: ids and states, never content. */
  'run-jobs': 'bulkhead_jobs',
  /** `select 1` for readiness, the applied migrations, and the database's own catalogue. */
  'check-health': 'bulkhead_system',
  /** Delete the rows of a tenant whose end was ordered. The database refuses it every other tenant, and all content. */
  'erase-tenant': 'bulkhead_eraser',
  /** Number the committed events of one chain and tie each to the one before it. */
  'number-events': 'bulkhead_sequencer',
  /** Which chains have events that a process which ended left without a number. */
  'find-unnumbered': 'bulkhead_system',
  /** Which tenants have webhooks or alerts that have not looked at all that happened. */
  'find-consumers': 'bulkhead_system',
} as const satisfies Record<string, ServingRole>

export type SystemReason = keyof typeof systemReasons
