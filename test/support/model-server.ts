import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export type Sent<Body> = { path: string; authorization: string | undefined; body: Body }

/** Answers one request in a way of its own. */
export type React<Body> = (request: Sent<Body>, response: ServerResponse) => void

export type ModelServer<Body> = {
  url: string
  requests: Sent<Body>[]
  /** What the next requests get instead of an answer, first one first. */
  next: React<Body>[]
  /** What all requests get while it is set and `next` is empty. */
  always: React<Body> | undefined
  /** What a request gets otherwise: a right answer. */
  answer: React<Body>
  close: () => Promise<void>
}

/** A real server that speaks the protocol of some model, on a port of its own. */
export async function startModelServer<Body>(answer: React<Body>): Promise<ModelServer<Body>> {
  const server = createServer((request, response) => void receive(request, response))
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const own: ModelServer<Body> = {
    url: `http://127.0.0.1:${port}/v1`,
    requests: [],
    next: [],
    always: undefined,
    answer,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  const receive = async (request: IncomingMessage, response: ServerResponse) => {
    const body: Buffer[] = await request.toArray()
    const sent: Sent<Body> = {
      path: request.url ?? '',
      authorization: request.headers.authorization,
      body: JSON.parse(Buffer.concat(body).toString() || '{}'),
    }
    own.requests.push(sent)
    const react = own.next.shift() ?? own.always ?? own.answer
    react(sent, response)
  }
  return own
}

export function sendJson(response: ServerResponse, body: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

/** Repeats what was sent, as some do. */
export function refuse(status: number, headers: Record<string, string> = {}): React<unknown> {
  return ({ body }, response) => void response.writeHead(status, headers).end(JSON.stringify(body))
}
