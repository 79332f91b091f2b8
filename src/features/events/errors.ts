import { defineError } from '#platform/errors.ts'

export const tooManyStreams = defineError(
  'events.too_many_streams',
  429,
  'Too many streams are open',
  'A tenant may have fifty streams of events open on one server; poll, or share one.',
)
