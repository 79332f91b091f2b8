import { defineError } from '#platform/errors.ts'

export const missingCredential = defineError(
  'auth.missing',
  401,
  'A key is needed',
  'The request has no `Authorization: Bearer …` header.',
)
export const forbidden = defineError(
  'auth.forbidden',
  403,
  'Not allowed',
  'The credential is valid but may not do this.',
)
export const routeNotFound = defineError(
  'route.not_found',
  404,
  'There is no such address',
  'No route answers this method and path; see `/docs`.',
)
export const bodyTooLarge = defineError(
  'input.too_large',
  413,
  'The request body is too large',
  'A JSON body may have 1 MiB; files go to `POST /v1/files`.',
)
export const unsupportedBody = defineError(
  'input.unsupported_type',
  415,
  'The content type is not supported',
  'Send `application/json`, or `multipart/form-data` where a file is uploaded.',
)
export const internalError = defineError(
  'internal',
  500,
  'Something went wrong on our side',
  'A bug; the log has the details under the same `request_id`.',
)
