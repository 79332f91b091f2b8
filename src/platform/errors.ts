export type FieldError = { path: string; message: string }

type Extras = {
  errors?: FieldError[]
  /** Extra members of the problem document, e.g. `resets_at`. */
  members?: Record<string, string | number | null>
  retryAfterSeconds?: number
  /** For the log only; never leaves the server. */
  cause?: unknown
}

/**
 * An expected failure that is safe to show. Everything else that is thrown is a bug: logged in full,
 * answered bare as 500.
 */
export class PublicError extends Error {
  readonly code: string
  readonly status: number
  readonly title: string
  readonly extras: Extras

  constructor(kind: ErrorKind, detail: string, extras: Extras) {
    super(detail, { cause: extras.cause })
    this.name = 'PublicError'
    this.code = kind.code
    this.status = kind.status
    this.title = kind.title
    this.extras = extras
  }
}

export type ErrorKind = { code: string; status: number; title: string; meaning: string }

const kinds = new Map<string, ErrorKind>()

/**
 * Names a failure once: its code and status are part of the interface, `meaning` is its line in the generated
 * `docs/reference/errors.md`. Returns the constructor; `detail` defaults to the title.
 */
export function defineError(code: string, status: number, title: string, meaning: string) {
  const kind = { code, status, title, meaning }
  if (kinds.has(code)) throw new Error(`error code defined twice: ${code}`)
  kinds.set(code, kind)
  return (detail = title, extras: Extras = {}) => new PublicError(kind, detail, extras)
}

/** Every error the server can answer with, by code. */
export function errorCatalogue(): ErrorKind[] {
  return [...kinds.values()].sort((a, b) => (a.code < b.code ? -1 : 1))
}

/** The server cannot start as it is set up. The message is for the operator and says what to do. */
export class StartRefused extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'StartRefused'
  }
}

export const inputInvalid = defineError(
  'input.invalid',
  422,
  'The request is not valid',
  'A field is missing, unknown, of the wrong type or out of range; `errors` names each.',
)
export const upstreamUnavailable = defineError(
  'upstream.unavailable',
  503,
  'A part this needs is not available',
  'The database or another outside part did not answer; try again after `Retry-After` seconds.',
)
export const forbidden = defineError(
  'auth.forbidden',
  403,
  'Not allowed',
  'The credential is valid but may not do this.',
)
