import type { IncomingHttpHeaders } from 'node:http'
import type { Readable } from 'node:stream'

/** Calls addresses that somebody else chose, and only public ones. */
export type Outside = {
  /** @throws OutsideError, or what `signal` was aborted with */
  call: (call: OutsideCall) => Promise<OutsideAnswer>
  /** What can be said of an address before it is called. @throws OutsideError for what is no address */
  look: (url: string) => OutsideAddress
}

export type OutsideAddress = {
  /** The address in the one spelling that is called, without what follows a `#`. */
  url: string
  /** Scheme, host and port. */
  origin: string
  isSecure: boolean
  /** Its host is a number, and one that the operator allows although it is not public. */
  isAllowed: boolean
}

export type OutsideCall = {
  url: string
  method?: 'GET' | 'POST'
  /** Neither `host` nor a length. After a redirect to another origin they are not sent. */
  headers?: Record<string, string>
  body?: string | Buffer
  /** For all of it, redirects and the last byte of the answer included. */
  timeoutMs: number
  /** Of the answer's body. */
  maxBytes: number
  /** Redirects that a GET goes after, each to an address that is looked at like the first; 0 when left out. */
  maxRedirects?: number
  signal?: AbortSignal
}

export type OutsideAnswer = {
  /** Any, errors and redirects too. */
  status: number
  headers: IncomingHttpHeaders
  /** Where it came from in the end. */
  url: string
  /**
   * To be read to its end or destroyed.
   * @throws OutsideError while it is read, or what `signal` was aborted with
   */
  body: Readable
}

const messages = {
  invalid: 'The address is not one that can be called: only http and https, without a user name.',
  refused: 'The address does not exist or is not a public one.',
  unavailable: 'The address did not answer, or broke off.',
  untrusted: 'The certificate of the address is not valid for it.',
  timeout: 'The answer took too long.',
  too_large: 'The answer is too large.',
  redirects: 'The address redirects too often.',
}

/** A call brought nothing. The message names no address, and is the same for all that are refused. */
export class OutsideError extends Error {
  readonly reason: keyof typeof messages

  constructor(reason: keyof typeof messages) {
    super(messages[reason])
    this.name = 'OutsideError'
    this.reason = reason
  }
}
