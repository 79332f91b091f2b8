import { request as requestPlain } from 'node:http'
import { request as requestSecure } from 'node:https'
import type { Server } from './server.ts'

export type Doomed = { method: string; path: string; body?: object | FormData }

/**
 * Sends a request and destroys its connection after a while, whatever has happened by then. Not by `fetch`: an abort in
 * the wrong instant ends the process there ("ReadableStream is already closed", Node.js 24.21).
 */
export async function breakOff(
  { url }: Server,
  key: string,
  { method, path, body }: Doomed,
  afterMs: number,
): Promise<'answered' | 'broken off'> {
  const target = new URL(path, url)
  const { bytes, type } = await encode(body)
  const request = target.protocol === 'https:' ? requestSecure : requestPlain
  return new Promise((resolve) => {
    const outgoing = request(target, {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        ...(bytes ? { 'content-type': type, 'content-length': bytes.length } : {}),
      },
    })
    outgoing.on('response', (incoming) => {
      // An answer that is cut off in its middle ends in `error` here, and not there.
      incoming.on('error', () => resolve('broken off'))
      incoming.on('end', () => resolve('answered')).resume()
    })
    outgoing.on('error', () => resolve('broken off')).on('close', () => resolve('broken off'))
    outgoing.end(bytes)
    setTimeout(() => outgoing.destroy(), afterMs)
  })
}

async function encode(body: Doomed['body']): Promise<{ bytes?: Buffer; type: string }> {
  if (body === undefined) return { type: '' }
  if (!(body instanceof FormData))
    return { bytes: Buffer.from(JSON.stringify(body)), type: 'application/json' }
  const encoded = new Response(body)
  const type = encoded.headers.get('content-type') ?? ''
  return { bytes: Buffer.from(await encoded.arrayBuffer()), type }
}
