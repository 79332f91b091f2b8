import type { Reply } from './client.ts'

/** What was asked for. @throws Error with the server's words when it answered otherwise */
export function made<Body>(reply: Reply<Body>, status = 201): Body {
  if (reply.status === status) return reply.body
  throw new Error(`The server answered ${reply.status} instead of ${status}: ${JSON.stringify(reply.body)}`)
}

/** The problem of an answer with another status. */
export function expectStatus(expected: number, { status }: { status: number }): string | undefined {
  return status === expected ? undefined : `was answered with ${status} instead of ${expected}`
}
