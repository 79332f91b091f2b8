import { defineError } from '#platform/errors.ts'

export const alertNotFound = defineError(
  'alerts.not_found',
  404,
  'There is no such alert',
  'No alert with this id, or none this credential may see.',
)
export const tooManyAlerts = defineError(
  'alerts.too_many',
  409,
  'There are too many alerts',
  'A tenant may have a hundred alerts; delete one, or count several types of events in one.',
)
