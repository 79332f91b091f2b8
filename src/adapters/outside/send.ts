import {
  Agent as HttpAgent,
  type ClientRequest,
  type IncomingMessage,
  request as httpRequest,
} from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { TLSSocket } from 'node:tls'
import { OutsideError, type OutsideCall } from './port.ts'
import type { Target } from './read-target.ts'

/** For the connection alone, TLS included. */
const connectMs = 10_000
const maxHeaderBytes = 16 * 1024

export type Sending = Pick<OutsideCall, 'method' | 'headers' | 'body'> & { signal: AbortSignal }

/**
 * One request over a connection of its own to one of the addresses, and no other: no pool, no proxy of the environment,
 * no cookies. Resolves with the head of the answer.
 * @throws OutsideError, and anything when `signal` is aborted
 */
export function send(
  target: Target,
  addresses: string[],
  { body, ...call }: Sending,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = open(target, addresses, call)
    const slow = setTimeout(() => request.destroy(new OutsideError('timeout')), connectMs)
    request.on('socket', (socket) =>
      socket.once(target.isSecure ? 'secureConnect' : 'connect', () => clearTimeout(slow)),
    )
    request.on('response', resolve)
    request.on('error', (error) => reject(reasonOf(error, request)))
    request.on('close', () => clearTimeout(slow))
    request.end(body)
  })
}

function open(
  { url, isSecure, host, isAddress, port }: Target,
  addresses: string[],
  { method = 'GET', headers, signal }: Sending,
): ClientRequest {
  const options = {
    method,
    host,
    port,
    path: `${url.pathname}${url.search}`,
    headers: { 'user-agent': 'Bulkhead', 'accept-encoding': 'identity', ...headers, host: url.host },
    lookup: lookupIn(addresses),
    autoSelectFamily: true,
    maxHeaderSize: maxHeaderBytes,
    insecureHTTPParser: false,
    signal,
  }
  if (!isSecure) return httpRequest({ ...options, agent: new HttpAgent() })
  const servername = isAddress ? '' : host
  return httpsRequest({ ...options, agent: new HttpsAgent(), servername, rejectUnauthorized: true })
}

/** Answers with what was looked at already, instead of asking again and perhaps hearing something else. */
function lookupIn(addresses: string[]): LookupFunction {
  const found = addresses.map((address) => ({ address, family: isIP(address) }))
  return (_name, { all }, answer) => {
    if (all) answer(null, found)
    else answer(null, found[0]?.address ?? '', found[0]?.family)
  }
}

function reasonOf(error: Error, { socket }: ClientRequest): Error {
  if (error instanceof OutsideError) return error
  const isUntrusted = socket instanceof TLSSocket && Boolean(socket.authorizationError)
  return new OutsideError(isUntrusted ? 'untrusted' : 'unavailable')
}
