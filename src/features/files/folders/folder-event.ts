import type { Json, NewEvent } from '#platform/events/index.ts'

type About = { id: string; space_id: string; name: string }

export function folderEvent(
  type: 'folder.created' | 'folder.updated' | 'folder.deleted',
  { id, space_id: space, name }: About,
  data?: { readonly [key: string]: Json },
): NewEvent {
  return { type, subject: { type: 'folder', id, name }, place: { space, folder: id }, data }
}
