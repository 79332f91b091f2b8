import type { Selectable } from 'kysely'
import { formatId } from '#platform/ids.ts'
import type { Tables } from '#platform/db/index.ts'

export type RotationRow = Pick<
  Selectable<Tables['tenants']>,
  | 'id'
  | 'created_at'
  | 'sealing_key'
  | 'oldest_key'
  | 'rotation_started_at'
  | 'rotation_finished_at'
  | 'rotation_pieces'
  | 'rotation_left'
>

export function presentRotation(row: RotationRow) {
  return {
    tenant_id: formatId('ten', row.id),
    sealing_key: row.sealing_key,
    oldest_key: row.oldest_key,
    state: stateOf(row),
    pieces: row.rotation_pieces,
    pieces_left: row.rotation_left,
    started_at: row.rotation_started_at?.toISOString() ?? null,
    finished_at: row.rotation_finished_at?.toISOString() ?? null,
  }
}

type State = 'never' | 'waiting' | 'resealing' | 'incomplete' | 'done'

function stateOf(row: RotationRow): State {
  if (!row.rotation_started_at) return 'never'
  if (row.rotation_finished_at) return row.rotation_left > 0 ? 'incomplete' : 'done'
  return row.sealing_key === row.oldest_key ? 'waiting' : 'resealing'
}
