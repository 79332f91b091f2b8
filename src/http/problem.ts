import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { inputInvalid, PublicError, upstreamUnavailable } from '#platform/errors.ts'
import type { Log } from '#platform/log.ts'
import { bodyTooLarge, callerGone, internalError, unsupportedBody } from './errors.ts'

/** Answers every failure as a problem document. What is not an expected failure is logged in full, answered bare. */
export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply, log: Log) {
  const known = isGone(request, reply) ? callerGone() : toPublic(error)
  if (known.status === 499) {
    log.info({ err: error, request_id: request.id, route: request.routeOptions.url }, known.code)
  }
  if (known.status >= 500) {
    log.error(
      { err: known.cause ?? error, request_id: request.id, route: request.routeOptions.url },
      known.code,
    )
  }
  const { retryAfterSeconds } = known.extras
  if (retryAfterSeconds !== undefined) void reply.header('retry-after', String(retryAfterSeconds))
  return reply
    .status(known.status)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .serializer((payload: string) => payload)
    .send(JSON.stringify(problemOf(known, request.id)))
}

/** The members of a problem document (RFC 9457). */
export function problemOf({ code, title, status, message, extras }: PublicError, requestId: string) {
  const { errors, members } = extras
  const problem = {
    type: `/docs/errors#${code}`,
    title,
    status,
    detail: message,
    code,
    request_id: requestId,
  }
  return { ...problem, ...members, ...(errors ? { errors } : {}) }
}

/** Whatever fails after the caller has left fails because of it: statements, streams, forms that end too early. */
function isGone(request: FastifyRequest, { raw }: FastifyReply): boolean {
  return request.raw.socket.destroyed && !raw.writableFinished
}

function toPublic(error: unknown): PublicError {
  if (error instanceof PublicError) return error
  if (!isFastifyError(error)) return internalError(undefined, { cause: error })
  switch (error.code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return bodyTooLarge()
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return unsupportedBody()
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return inputInvalid('The body is not valid JSON.', {
        errors: [{ path: 'body', message: 'must be JSON' }],
      })
    default:
      if (error.name === 'AbortError') return upstreamUnavailable()
      return isRefusedForm(error) ? unreadableForm(error) : internalError(undefined, { cause: error })
  }
}

/** What the multipart parser refuses: too many parts, a field named __proto__, a form that ends too early … */
function isRefusedForm({ code, statusCode = 500 }: FastifyError): boolean {
  return code.startsWith('FST_') && statusCode < 500
}

function unreadableForm({ message }: FastifyError) {
  return inputInvalid('The form cannot be read.', { errors: [{ path: 'body', message }] })
}

function isFastifyError(error: unknown): error is FastifyError {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
}
