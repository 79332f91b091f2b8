import { makerFor } from '#features/events/index.ts'
import { formatId } from '#platform/ids.ts'
import type { TenantScope } from '#platform/scope/index.ts'
import type { AlertRow } from './queries.ts'

export function presentAlert(scope: TenantScope, row: AlertRow) {
  return {
    id: formatId('alr', row.id),
    space_id: row.space_id && formatId('spc', row.space_id),
    name: row.name,
    types: row.types,
    threshold: row.threshold,
    window_seconds: row.window_seconds,
    status: row.status,
    raised_at: row.raised_at?.toISOString() ?? null,
    created_by: makerFor(scope, row.created_by),
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  }
}
