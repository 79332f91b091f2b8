import type { ServingRole } from '../roles.ts'
import type { Grants, Wall } from './declared.ts'

/**
 * Events are added by whoever serves requests, and changed by nobody but the sequencer, which numbers them, and the archivist,
 * who takes out what they say and ends old ones. `migrations/0019_events.sql`, `0021_redaction.sql` and `0023_retention.sql` write what is declared here; conditions as
 * PostgreSQL prints them back.
 */
const added = 'insert (all but number, hash)'
const erased: Grants = { bulkhead_eraser: ['delete', 'select (ctid, tenant_id)'] }

export const eventGrants: Record<string, Grants> = {
  events: {
    bulkhead_tenant: ['select', added],
    bulkhead_space: ['select', added],
    bulkhead_part: ['select', added],
    bulkhead_system: ['select (tenant_id)'],
    bulkhead_sequencer: ['select', 'update (number, hash)'],
    bulkhead_archivist: ['delete', 'select', 'update (details)'],
    ...erased,
  },
  event_chains: {
    bulkhead_tenant: ['select'],
    bulkhead_system: ['select (tenant_id, number)'],
    bulkhead_sequencer: ['select', 'insert', 'update (number, hash)'],
    bulkhead_archivist: ['select', 'update (checkpoint)'],
    ...erased,
  },
  admin_events: {
    bulkhead_platform: ['select', added],
    bulkhead_partner: ['select', added],
    bulkhead_system: ['select (chain)'],
    bulkhead_sequencer: ['select', 'update (number, hash)'],
    bulkhead_archivist: ['delete', 'select', 'update (details)'],
  },
  admin_event_chains: {
    bulkhead_platform: ['select'],
    bulkhead_partner: ['select'],
    bulkhead_sequencer: ['select', 'insert', 'update (number, hash)'],
    bulkhead_archivist: ['select', 'update (checkpoint)'],
  },
}

type Conditions = {
  isOfTenant: string
  /** Without the brackets around it. */
  withinSpaces: string
  isOwnPartner: string
  isPlatform: string
  isOfChain: string
  setting: (name: string) => string
}

export function eventWalls(conditions: Conditions): Record<string, Record<string, Wall>> {
  const { isOfTenant, withinSpaces, isOwnPartner, isPlatform, isOfChain, setting } = conditions
  const all = (role: ServingRole, using: string): Wall => ({ role, command: 'ALL', using, check: using })
  const archiving = (using: string, chains: string, owner: string): Record<string, Wall> => {
    const events = chains.replace('_chains', 's')
    const ended = `( SELECT ((${chains}.checkpoint ->> 'id'::text))::bigint AS int8 FROM ${chains} WHERE (${chains}.${owner} = ${events}.${owner}))`
    return {
      archived: { role: 'bulkhead_archivist', command: 'SELECT', using },
      redacting: { role: 'bulkhead_archivist', command: 'UPDATE', using, check: using },
      ending: { role: 'bulkhead_archivist', command: 'DELETE', using: `(${using} AND (number <= ${ended}))` },
    }
  }
  const isListed = (name: string) => `(space_id IN ( SELECT unnest((${setting(name)})::uuid[]) AS unnest))`
  const isThere = (table: string, id: string) =>
    `WHEN (${id} IS NOT NULL) THEN (EXISTS ( SELECT FROM ${table} WHERE ((${table}.tenant_id = events.tenant_id) AND (${table}.id = events.${id}))))`
  const sees = `CASE ${isThere('files', 'file_id')} ${isThere('folders', 'folder_id')} ELSE ${isListed('sees_spaces')} END`
  /** Of their spaces, or of none. */
  const mayAdd = `(${isOfTenant} AND ((space_id IS NULL) OR ${isListed('spaces')}))`
  const unnumbered: Wall = {
    role: 'bulkhead_system',
    command: 'SELECT',
    using: `((number IS NULL) AND (( SELECT current_setting('app.unnumbered'::text, true) AS current_setting) = 'on'::text))`,
  }
  const ofAdmins: Record<string, Wall> = {
    numbering: all('bulkhead_sequencer', isOfChain),
    platform_wall: all('bulkhead_platform', isPlatform),
    partner_wall: all('bulkhead_partner', isOwnPartner),
  }
  return {
    events: {
      numbering: all('bulkhead_sequencer', isOfTenant),
      ...archiving(isOfTenant, 'event_chains', 'tenant_id'),
      without_number: unnumbered,
      space_wall: { role: 'bulkhead_space', command: 'SELECT', using: `(${withinSpaces})` },
      space_record: { role: 'bulkhead_space', command: 'INSERT', check: mayAdd },
      part_select: { role: 'bulkhead_part', command: 'SELECT', using: `(${withinSpaces} AND ${sees})` },
      part_insert: { role: 'bulkhead_part', command: 'INSERT', check: mayAdd },
    },
    event_chains: {
      numbering: all('bulkhead_sequencer', isOfTenant),
      archiving: all('bulkhead_archivist', isOfTenant),
      // Whoever looks for webhooks and alerts that are behind; `migrations/0022_alerts.sql`.
      how_far: {
        role: 'bulkhead_system',
        command: 'SELECT',
        using: `(( SELECT current_setting('app.consumers'::text, true) AS current_setting) = 'on'::text)`,
      },
    },
    admin_events: {
      ...ofAdmins,
      ...archiving(isOfChain, 'admin_event_chains', 'chain'),
      without_number: unnumbered,
    },
    admin_event_chains: { ...ofAdmins, archiving: all('bulkhead_archivist', isOfChain) },
  }
}
