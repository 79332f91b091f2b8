import { makerFor } from '#features/events/index.ts'
import { formatId } from '#platform/ids.ts'
import type { TenantScope } from '#platform/scope/index.ts'
import type { TenantKeys } from '#platform/vault/index.ts'
import type { DeliveryRow, EndpointRow } from './queries.ts'
import { answerOfDelivery, openUrl } from './sealed.ts'

export function presentEndpoint(scope: TenantScope, row: EndpointRow, keys: TenantKeys, now: Date) {
  const { previous_until: until } = row
  return {
    id: formatId('whk', row.id),
    space_id: row.space_id && formatId('spc', row.space_id),
    url: openUrl(keys, row),
    types: row.types,
    space_ids: row.spaces.map((id) => formatId('spc', id)),
    description: row.description,
    status: row.status,
    disabled_reason: row.disabled_reason,
    disabled_at: row.disabled_at?.toISOString() ?? null,
    previous_secret_until: until && until > now ? until.toISOString() : null,
    created_by: makerFor(scope, row.created_by),
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  }
}

export function presentDelivery(row: DeliveryRow, keys: TenantKeys) {
  return {
    id: formatId('msg', row.id),
    event_id: row.event_number,
    state: row.state,
    attempts: row.attempts,
    next_attempt_at: row.next_attempt_at?.toISOString() ?? null,
    status: row.last_status,
    failure: row.failure,
    answer: row.answer && keys.unsealText(answerOfDelivery(row.id), row.answer),
    created_at: row.created_at.toISOString(),
    delivered_at: row.delivered_at?.toISOString() ?? null,
  }
}
