import { formatId } from '#platform/ids.ts'
import type { AlertRow } from './queries.ts'

export function presentAlert(row: AlertRow) {
  return {
    id: formatId('alr', row.id),
    space_id: row.space_id && formatId('spc', row.space_id),
    name: row.name,
    types: row.types,
    threshold: row.threshold,
    window_seconds: row.window_seconds,
    status: row.status,
    raised_at: row.raised_at?.toISOString() ?? null,
    created_by: formatId('key', row.created_by),
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  }
}
