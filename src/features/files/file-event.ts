import type { EventType, Json, NewEvent } from '#platform/events/index.ts'

type FileEvent = Extract<EventType, `file.${string}`>
type About = { id: string; space_id: string; folder_id: string | null; name: string }

/** What happened to a file, where it lies now. */
export function fileEvent(
  type: FileEvent,
  { id, space_id: space, folder_id: folder, name }: About,
  data?: { readonly [key: string]: Json | undefined },
): NewEvent {
  return { type, subject: { type: 'file', id, name }, place: { space, folder, file: id }, data }
}
