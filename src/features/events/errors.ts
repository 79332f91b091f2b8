import { defineError } from '#platform/errors.ts'

export const namedNotFound = defineError(
  'events.named_not_found',
  404,
  'There is no such folder, file or user',
  'None with this id whose events this credential may see. Of a file that is gone its events are still there.',
)

export const tooManyStreams = defineError(
  'events.too_many_streams',
  429,
  'Too many streams are open',
  'A tenant may have fifty streams of events open on one server; poll, or share one.',
)
