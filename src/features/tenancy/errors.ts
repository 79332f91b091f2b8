import { defineError } from '#platform/errors.ts'

export const partnerNotFound = defineError(
  'partners.not_found',
  404,
  'There is no such partner',
  'No partner with this id or slug, or none this credential may see.',
)
export const partnerConflict = defineError(
  'partners.conflict',
  409,
  'The partner cannot be changed so',
  'Another partner has this slug, or the partner still has tenants, or is `internal`.',
)
export const tenantNotFound = defineError(
  'tenants.not_found',
  404,
  'There is no such tenant',
  'No tenant with this id or slug, or none this credential may see.',
)
export const tenantConflict = defineError(
  'tenants.conflict',
  409,
  'The tenant exists already',
  'Another tenant of this partner has this slug or external id.',
)
export const tenantErasing = defineError(
  'tenants.erasing',
  409,
  'The tenant is being erased',
  'Its end was ordered and cannot be undone; slug and external id are free again when `GET` answers 404.',
)
export const spaceNotFound = defineError(
  'spaces.not_found',
  404,
  'There is no such space',
  'No space with this id or slug, or none this credential may see.',
)
export const spaceConflict = defineError(
  'spaces.conflict',
  409,
  'The space cannot be changed so',
  'Another space has this slug or external id, or the space still has files, or is the default one.',
)
export const spaceArchived = defineError(
  'spaces.archived',
  409,
  'The space is archived',
  'An archived space can be read and searched, but takes no files until it is resumed.',
)
export const suspended = defineError(
  'tenancy.suspended',
  403,
  'Suspended',
  'The tenant or its partner is suspended or archived; ask whoever manages it.',
)
