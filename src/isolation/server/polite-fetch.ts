import { setTimeout as pause } from 'node:timers/promises'
import type { Fetch } from './server.ts'

/** The server does not answer, or is too busy for too long. */
export class ServerUnavailable extends Error {
  override name = 'ServerUnavailable'
}

const firstPauseMs = 500
const longestPauseMs = 30_000
const attempts = 8

/**
 * `fetch` for a server that others use too: few requests at a time over connections that stay open, and none at all for
 * everybody while it says that it is busy. Answers come whole, with their bodies.
 */
export function createPoliteFetch({
  concurrency,
  onRequest,
}: {
  concurrency: number
  onRequest: () => void
}): Fetch {
  const takeTurn = turns(concurrency)
  let quietUntil = 0
  return async (url, init) => {
    for (let attempt = 1; ; attempt++) {
      const response = await takeTurn(async () => {
        await pause(Math.max(0, quietUntil - performance.now()))
        onRequest()
        return fetchWhole(url, init)
      })
      if (response.status !== 429 && response.status !== 503) return response
      if (attempt === attempts) throw new ServerUnavailable(`${url.origin} is too busy: ${response.status}.`)
      quietUntil = performance.now() + pauseFor(response, attempt)
    }
  }
}

function turns(concurrency: number) {
  const waiting: (() => void)[] = []
  let running = 0
  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (running < concurrency) running++
    else await new Promise<void>((resolve) => waiting.push(resolve))
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else running--
    }
  }
}

async function fetchWhole(url: URL, init: RequestInit): Promise<Response> {
  try {
    const response = await fetch(url, init)
    const bytes = await response.arrayBuffer()
    const { status, headers } = response
    return new Response(bytes.byteLength > 0 ? bytes : null, { status, headers })
  } catch (error) {
    if (init.signal?.aborted) throw error
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
    const reason =
      cause instanceof Error ? ('code' in cause ? String(cause.code) : cause.message) : String(cause)
    throw new ServerUnavailable(`No answer from ${url.origin} (${reason}).`, { cause: error })
  }
}

/** What the server asks for, else twice as long each time. */
function pauseFor({ headers }: Response, attempt: number): number {
  const asked = Number(headers.get('retry-after')) * 1000
  return Math.min(longestPauseMs, asked > 0 ? asked : firstPauseMs * 2 ** (attempt - 1))
}
