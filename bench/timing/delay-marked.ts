import { subscribe } from 'node:diagnostics_channel'
import type { IncomingMessage } from 'node:http'
import { mark } from './time-pairs.ts'

/**
 * Loaded into a server to see whether the measurement would notice: requests that are marked as naming somebody's id
 * take so much longer.
 */
const delayMs = 0.3

subscribe('http.server.request.start', (message) => {
  const { request } = message as { request: IncomingMessage }
  if (request.headers[mark] !== 'somebodys') return
  const until = performance.now() + delayMs
  while (performance.now() < until);
})
