import { defineError } from '#platform/errors.ts'

export const tokenNotFound = defineError(
  'portal_tokens.not_found',
  404,
  'There is no such portal token',
  'No portal token with this id, or none this credential may see.',
)
