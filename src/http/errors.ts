import { defineError } from '#platform/errors.ts'

export const missingCredential = defineError(
  'auth.missing',
  401,
  'A key is needed',
  'The request has no `Authorization: Bearer …` header.',
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
export const brokenRequest = defineError(
  'request.broken',
  400,
  'The request is not valid HTTP',
  'What came in cannot be read as a request; the connection is closed.',
)
export const requestTimeout = defineError(
  'request.timeout',
  408,
  'The request took too long to arrive',
  'Its headers or its body did not arrive in time; the connection is closed.',
)
export const headersTooLarge = defineError(
  'request.headers_too_large',
  431,
  'The headers are too large',
  'Address and headers may have 16 KiB together; long queries go into a body.',
)
export const sameNameOtherRequest = defineError(
  'idempotency.reused',
  409,
  'The Idempotency-Key was used for another request',
  'Within 24 hours a credential may use the same `Idempotency-Key` for the same request alone: method, address and body.',
)
export const requestRunning = defineError(
  'idempotency.running',
  409,
  'The request is being carried out',
  'The first request with this `Idempotency-Key` has not been answered yet; try again after `Retry-After` seconds.',
)
export const requestUnfinished = defineError(
  'idempotency.unfinished',
  409,
  'Nobody knows what became of the request',
  'The first request with this `Idempotency-Key` was cut off on our side. Look whether it was carried out, and send it again under another key if not.',
)
/** 499 as nginx logs it; nobody is there to receive it. */
export const callerGone = defineError(
  'request.aborted',
  499,
  'The caller went away',
  'In the log only: the connection was closed before the answer was complete.',
)
export const internalError = defineError(
  'internal',
  500,
  'Something went wrong on our side',
  'A bug; the log has the details under the same `request_id`.',
)
