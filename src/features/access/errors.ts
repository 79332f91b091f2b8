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
  'Nobody gives more than they have',
  'A permission, or somebody’s rights, were asked for that the caller, or the level of a new key, does not have.',
)
export const keyEnded = defineError(
  'keys.ended',
  409,
  'The key has ended',
  'A key that was revoked or has expired cannot be rotated; make a new one.',
)
export const addressRefused = defineError(
  'auth.address_refused',
  403,
  'The key may not be used from here',
  'The key is held to addresses, and the request came from another one.',
)
export const originRefused = defineError(
  'auth.origin_refused',
  403,
  'The portal token may not be used by this page',
  'The token is held to origins, and the request came from another one.',
)
export const usedUpToken = defineError(
  'auth.used_up',
  401,
  'The portal token is used up',
  'It was made for so many uses, and all of them are over; issue a new one.',
)
export const deactivatedUser = defineError(
  'auth.deactivated',
  401,
  'The user was deactivated',
  'The user that the credential acts for was deactivated.',
)
export const userNotFound = defineError(
  'users.not_found',
  404,
  'There is no such user',
  'No user with this id, or none this credential may see.',
)
export const userConflict = defineError(
  'users.conflict',
  409,
  'The user exists already',
  'Another user of the tenant has this e-mail address or external id.',
)
export const userDeactivated = defineError(
  'users.deactivated',
  409,
  'The user is deactivated',
  'Nothing new is given to a user who was deactivated; resume them first.',
)
export const lastOwner = defineError(
  'users.last_owner',
  409,
  'The tenant needs an owner',
  'The last active owner of a tenant keeps the role; make somebody else an owner first.',
)
export const ownersOnly = defineError(
  'users.owners_only',
  403,
  'Only owners change owners',
  'Who is not an owner makes, changes, deactivates or deletes none.',
)
export const roleNotFound = defineError(
  'roles.not_found',
  404,
  'There is no such role',
  'No role with this id or slug in the tenant.',
)
export const roleConflict = defineError(
  'roles.conflict',
  409,
  'The role cannot be changed so',
  'Another role has this slug, or the role is a built-in one.',
)
export const groupNotFound = defineError(
  'groups.not_found',
  404,
  'There is no such group',
  'No group with this id, or none this credential may see.',
)
export const groupConflict = defineError(
  'groups.conflict',
  409,
  'The group exists already',
  'Another group of the tenant has this name or external id.',
)
export const groupCycle = defineError(
  'groups.cycle',
  409,
  'A group cannot be within itself',
  'The group that is to be added holds, through others or by itself, the one it would be added to.',
)
export const invitationNotFound = defineError(
  'invitations.not_found',
  404,
  'There is no such invitation',
  'No invitation with this id or link: unknown, accepted, revoked or expired.',
)
