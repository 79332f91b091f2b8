import type { DetailName, Details, Json } from '#platform/events/index.ts'
import { type Chain, entryOf } from '#platform/events/index.ts'
import { formatId } from '#platform/ids.ts'
import type { TenantScope } from '#platform/scope/index.ts'
import { mayNameActor, mayNameUser } from './may-name.ts'
import type { EventRow } from './queries.ts'

/** An event as the feed and its followers have it: without where its actor came from, and who they were only where they may know. */
export function presentEvent(scope: TenantScope, row: EventRow) {
  const { details } = row
  const user = row.user_id && formatId('usr', row.user_id)
  const isNamed = mayNameActor(scope, row.actor_id)
  return {
    id: row.number,
    type: row.type,
    tenant_id: formatId('ten', scope.tenantId),
    space_id: row.space_id && formatId('spc', row.space_id),
    folder_id: row.folder_id && formatId('fld', row.folder_id),
    file_id: row.file_id && formatId('fil', row.file_id),
    subject: { type: row.subject_type, id: row.subject_id, name: textOf(details, 'subject_name') },
    actor: {
      type: row.actor_type,
      id: isNamed ? row.actor_id : null,
      name: isNamed ? textOf(details, 'actor_name') : null,
    },
    acting_as:
      user && mayNameUser(scope, user) ? { id: user, name: textOf(details, 'acting_as_name') } : null,
    outcome: row.outcome,
    data: dataFor(scope, valueOf(details, 'data') ?? {}),
    created_at: row.created_at.toISOString(),
  }
}

/** Where something was before, or came from, may be a place of which somebody held to spaces is to know nothing. */
const places = new Set(['space_id', 'spaces', 'folder_id', 'parent_id', 'from'])

function dataFor(scope: TenantScope, data: Json): Json {
  if (scope.spaces === 'all' || typeof data !== 'object' || data === null) return data
  if (Array.isArray(data)) return data.map((one: Json) => dataFor(scope, one))
  const kept = Object.entries(data).filter(([name]) => !places.has(name))
  return Object.fromEntries(kept.map(([name, value]) => [name, dataFor(scope, value)]))
}

/** An event as the audit trail has it. `hash` is what the next one is tied to. */
export function presentEntry(chain: Chain, row: EventRow, previousHash: Buffer) {
  const { details } = row
  return {
    ...entryOf(chain, row, row.number, previousHash),
    hash: row.hash.toString('hex'),
    told: {
      subject_name: textOf(details, 'subject_name'),
      actor_name: textOf(details, 'actor_name'),
      acting_as_name: textOf(details, 'acting_as_name'),
      address: textOf(details, 'address'),
      user_agent: textOf(details, 'user_agent'),
      data: valueOf(details, 'data') ?? {},
    },
  }
}

export function textOf(details: Details, name: DetailName): string | null {
  const value = valueOf(details, name)
  return typeof value === 'string' ? value : null
}

/** What was taken out of an event is null. */
function valueOf(details: Details, name: DetailName): Json {
  const detail = details[name]
  return detail && 'value' in detail ? detail.value : null
}
