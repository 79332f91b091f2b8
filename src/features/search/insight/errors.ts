import { defineError } from '#platform/errors.ts'

export const searchNotFound = defineError(
  'searches.not_found',
  404,
  'There is no such search',
  'No search with this id that asked the space of this file, or none this credential may see.',
)
