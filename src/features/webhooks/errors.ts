import { defineError } from '#platform/errors.ts'

export const webhookNotFound = defineError(
  'webhooks.not_found',
  404,
  'There is no such webhook',
  'No webhook with this id, or none this credential may see.',
)
export const webhookDisabled = defineError(
  'webhooks.disabled',
  409,
  'The webhook is disabled',
  'Nothing is sent to it until it is enabled.',
)
export const tooManyWebhooks = defineError(
  'webhooks.too_many',
  409,
  'There are too many webhooks',
  'A tenant may have a thousand webhooks; delete one, or tell several of your systems from one.',
)
export const tooManyTests = defineError(
  'webhooks.too_many_tests',
  429,
  'Too many webhooks are being tested',
  'A tenant may have four tests under way on one server; each ends after fifteen seconds at most.',
)
