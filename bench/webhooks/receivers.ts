import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout as pause } from 'node:timers/promises'
import { Webhook } from 'standardwebhooks'
import { Webhook as SvixWebhook } from 'svix'

/** A message that was taken: its `webhook-id`, the event that it tells of, and when it came. */
export type Taken = { id: string; event: number; at: number }

export type TakingReceiver = {
  url: string
  taken: Taken[]
  calls: () => number
  /** Verified with this from now on; nothing is taken before. */
  expectSecret: (secret: string) => void
  close: () => Promise<void>
}

type Answer = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>

/** Takes everything at once. */
export const healthy: Answer = async (_request, response) => {
  response.writeHead(204).end()
  return true
}

const slowMs = 300

/** Takes seven of ten; of the others some are dropped, refused, cut off in the answer, or answered late. */
export function failing(random: () => number): Answer {
  return async (request, response) => {
    const drawn = random()
    if (drawn < 0.7) return healthy(request, response)
    if (drawn < 0.78) {
      request.socket.destroy()
      return false
    }
    if (drawn < 0.88) {
      response.writeHead(500).end('try again')
      return false
    }
    if (drawn < 0.94) {
      // A status that never comes whole: the connection is half closed in the middle of the head.
      request.socket.end('HTTP/1.1 200 OK\r\ncontent-le')
      return false
    }
    await pause(slowMs)
    return healthy(request, response)
  }
}

/** A server on loopback that verifies what comes with two libraries of others, and answers as it is told. */
export async function startReceiver(answer: Answer): Promise<TakingReceiver> {
  const taken: Taken[] = []
  let verifiers: { verify: (body: string, headers: Record<string, string>) => unknown }[] = []
  let calls = 0
  const take = async (request: IncomingMessage, response: ServerResponse) => {
    calls++
    const body = await text(request)
    const headers = request.headers as Record<string, string>
    for (const verifier of verifiers) verifier.verify(body, headers)
    const event = (JSON.parse(body) as { id: number }).id
    if (await answer(request, response))
      taken.push({ id: headers['webhook-id'] ?? '', event, at: performance.now() })
  }
  const server = createServer((request, response) => {
    take(request, response).catch(() => response.writeHead(400).end('not signed as it has to be'))
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    taken,
    calls: () => calls,
    expectSecret: (secret) => {
      verifiers = [new Webhook(secret), new SvixWebhook(secret)]
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
