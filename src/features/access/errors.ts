import { defineError } from '#platform/errors.ts'

export const invalidCredential = defineError(
  'auth.invalid',
  401,
  'The key is not valid',
  'The credential is malformed or unknown.',
)
export const expiredCredential = defineError('auth.expired', 401, 'The key has expired', 'Make a new key.')
export const revokedCredential = defineError('auth.revoked', 401, 'The key was revoked', 'Make a new key.')
export const keyNotFound = defineError(
  'keys.not_found',
  404,
  'There is no such key',
  'No key with this id, or none this credential may see.',
)
export const beyondOwnRights = defineError(
  'keys.beyond_own_rights',
  403,
  'A key cannot hold more than its maker',
  'A permission was asked for that the caller, or the level of the new key, does not have.',
)
