import { formatId } from '#platform/ids.ts'
import type { GrantRow } from './queries.ts'

export function presentGrant(row: GrantRow) {
  return {
    id: formatId('gra', row.id),
    effect: row.effect,
    permissions: row.permissions,
    user_id: row.user_id && formatId('usr', row.user_id),
    group_id: row.group_id && formatId('grp', row.group_id),
    role_id: row.role_id && formatId('rol', row.role_id),
    space_id: row.on_space && formatId('spc', row.on_space),
    folder_id: row.on_folder && formatId('fld', row.on_folder),
    file_id: row.on_file && formatId('fil', row.on_file),
    created_at: row.created_at.toISOString(),
  }
}
