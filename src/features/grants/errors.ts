import { defineError } from '#platform/errors.ts'

export const grantNotFound = defineError(
  'grants.not_found',
  404,
  'There is no such grant',
  'No grant with this id, or none this credential may see.',
)
