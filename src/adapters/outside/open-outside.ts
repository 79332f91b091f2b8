import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { isWithin } from '#platform/addresses.ts'
import { findAddresses, type Reach, readOwnAddresses } from './find-addresses.ts'
import {
  type Outside,
  type OutsideAddress,
  type OutsideAnswer,
  type OutsideCall,
  OutsideError,
} from './port.ts'
import { readTarget, type Target } from './read-target.ts'
import { resolve } from './resolve.ts'
import { send } from './send.ts'

/** @param reach what the operator allows beside what is public; tests say who knows which addresses too */
export function openOutside(reach: Pick<Reach, 'allow'> & Partial<Reach>): Outside {
  const whole = { resolve, ownAddresses: readOwnAddresses, ...reach }
  return { call: (call) => callOutside(call, whole), look: (url) => lookAt(url, whole) }
}

function lookAt(text: string, { allow }: Reach): OutsideAddress {
  const { url, host, isAddress, isSecure } = readTarget(text)
  url.hash = ''
  return { url: url.href, origin: url.origin, isSecure, isAllowed: isAddress && isWithin(host, allow) }
}

type Limits = { signal: AbortSignal; explain: (error: unknown) => unknown }

async function callOutside(call: OutsideCall, reach: Reach): Promise<OutsideAnswer> {
  const limits = limitsOf(call)
  const { headers = {}, maxRedirects = 0, method = 'GET' } = call
  const first = readTarget(call.url)
  let target = first
  try {
    for (let redirects = 0; ; redirects++) {
      const addresses = await findAddresses(target, reach, limits.signal)
      const isElsewhere = target.url.origin !== first.url.origin
      const sent = { ...call, headers: isElsewhere ? {} : headers, signal: limits.signal }
      const response = await send(target, addresses, sent)
      const next = method === 'GET' && maxRedirects > 0 ? locationOf(response, target) : undefined
      if (next === undefined) return answerOf(response, target, call, limits)
      response.destroy()
      if (redirects === maxRedirects) throw new OutsideError('redirects')
      target = readTarget(next)
    }
  } catch (error) {
    throw limits.explain(error)
  }
}

/** What ended a call: who made it, its time, or the other side. */
function limitsOf({ timeoutMs, signal }: OutsideCall): Limits {
  const deadline = AbortSignal.timeout(timeoutMs)
  return {
    signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
    explain: (error) => {
      if (signal?.aborted) return signal.reason
      if (deadline.aborted) return new OutsideError('timeout')
      return error instanceof OutsideError ? error : new OutsideError('unavailable')
    },
  }
}

const redirecting = [301, 302, 303, 307, 308]

function locationOf({ statusCode = 0, headers }: IncomingMessage, { url }: Target): string | undefined {
  if (!redirecting.includes(statusCode) || headers.location === undefined) return undefined
  const next = URL.parse(headers.location, url.href)
  if (!next) throw new OutsideError('invalid')
  return next.href
}

function answerOf(
  response: IncomingMessage,
  { url }: Target,
  { maxBytes }: OutsideCall,
  limits: Limits,
): OutsideAnswer {
  if (Number(response.headers['content-length'] ?? 0) > maxBytes) {
    response.destroy()
    throw new OutsideError('too_large')
  }
  const body = Readable.from(bounded(response, maxBytes, limits), { objectMode: false })
  // Also when nobody ever reads any of it.
  body.once('close', () => void response.destroy())
  return { status: response.statusCode ?? 0, headers: response.headers, url: url.href, body }
}

async function* bounded(
  response: IncomingMessage,
  maxBytes: number,
  { explain }: Limits,
): AsyncGenerator<Buffer> {
  let bytes = 0
  try {
    for await (const piece of response as AsyncIterable<Buffer>) {
      bytes += piece.byteLength
      if (bytes > maxBytes) throw new OutsideError('too_large')
      yield piece
    }
  } catch (error) {
    throw explain(error)
  }
}
