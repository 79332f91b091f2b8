import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export type SentRequest = {
  path: string
  authorization: string | undefined
  body: { model: string; input: string[]; dimensions?: number }
}

/** Answers one request in a way of its own. */
export type Misbehave = (request: SentRequest, response: ServerResponse) => void

export type EmbeddingServer = {
  url: string
  requests: SentRequest[]
  /** What the next requests get instead of an answer, first one first. */
  next: Misbehave[]
  /** What all requests get while it is set and `next` is empty. */
  always: Misbehave | undefined
  /** What a request gets otherwise: right vectors. */
  answer: Misbehave
  close: () => Promise<void>
}

const letters = 'abcdefghijklmnopqrstuvwxyz'
export const letterCount = letters.length

/** How often a text has each letter: vectors that anybody can check. */
export function lettersOf(text: string): number[] {
  return Array.from(letters, (letter) => text.toLowerCase().split(letter).length - 1)
}

/** A real server that speaks the embeddings protocol, on a port of its own. */
export async function startEmbeddingServer(): Promise<EmbeddingServer> {
  const server = createServer((request, response) => void receive(request, response))
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const own: EmbeddingServer = {
    url: `http://127.0.0.1:${port}/v1`,
    requests: [],
    next: [],
    always: undefined,
    answer: (request, response) => sendJson(response, { data: vectorsOf(request) }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  const receive = async (request: IncomingMessage, response: ServerResponse) => {
    const body: Buffer[] = await request.toArray()
    const sent: SentRequest = {
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

export function vectorsOf({ body }: SentRequest) {
  return body.input.map((text, index) => ({ object: 'embedding', index, embedding: lettersOf(text) }))
}

function sendJson(response: ServerResponse, body: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

export function refuse(status: number, headers: Record<string, string> = {}): Misbehave {
  return ({ body }, response) => void response.writeHead(status, headers).end(JSON.stringify(body))
}

/** Answers with other vectors than it should. */
export function answering(change: (vectors: ReturnType<typeof vectorsOf>) => unknown): Misbehave {
  return (request, response) => sendJson(response, { data: change(vectorsOf(request)) })
}
