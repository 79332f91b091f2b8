import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'

export type Request = {
  method: string
  /** Path and query. */
  path: string
  /** The secret, without `Bearer`. */
  key: string
  headers: Record<string, string>
  body: Buffer
  /** Whether the caller has gone away by now. */
  isGone: () => boolean
}
export type Answer = { status: number; headers: Record<string, string>; body: Buffer }

/** What a broken server would answer; `forward` asks the real one, with some of the request changed. */
export type Tamper = (
  request: Request,
  forward: (changed?: Partial<Pick<Request, 'path' | 'key' | 'body'>>) => Promise<Answer>,
) => Promise<Answer>

/** A server that is as good as the one behind it, but for what it is told to get wrong. */
export async function startTamperingProxy(target: string) {
  let tamper: Tamper = (_request, forward) => forward()
  const server = createServer((incoming, outgoing) => {
    void pass(target, tamper, incoming, outgoing)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    tamperBy: (next: Tamper | undefined) => void (tamper = next ?? ((_request, forward) => forward())),
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function pass(target: string, tamper: Tamper, incoming: IncomingMessage, outgoing: ServerResponse) {
  try {
    const request = await readRequest(incoming, outgoing)
    const { status, headers, body } = await tamper(request, (changed = {}) =>
      ask(target, { ...request, ...changed }),
    )
    outgoing.writeHead(status, headers).end(body)
  } catch {
    outgoing.destroy()
  }
}

async function readRequest(incoming: IncomingMessage, outgoing: ServerResponse): Promise<Request> {
  const { method = 'GET', url: path = '/' } = incoming
  const headers = Object.fromEntries(
    Object.entries(incoming.headers).flatMap(([name, value]): [string, string][] =>
      typeof value === 'string' && !ofConnection.has(name) ? [[name, value]] : [],
    ),
  )
  const key = (headers['authorization'] ?? '').replace(/^Bearer /, '')
  return { method, path, key, headers, body: await buffer(incoming), isGone: () => outgoing.destroyed }
}

const ofConnection = new Set([
  'host',
  'connection',
  'keep-alive',
  'content-length',
  'transfer-encoding',
  'expect',
])

async function ask(target: string, { method, path, key, headers, body }: Request): Promise<Answer> {
  const { authorization: _given, ...rest } = headers
  const response = await fetch(new URL(path, target), {
    method,
    redirect: 'manual',
    headers: { ...rest, ...(key === '' ? {} : { authorization: `Bearer ${key}` }) },
    ...(body.length > 0 ? { body: new Uint8Array(body) } : {}),
  })
  const kept = [...response.headers].filter(([name]) => !ofConnection.has(name))
  return {
    status: response.status,
    headers: Object.fromEntries(kept),
    body: Buffer.from(await response.arrayBuffer()),
  }
}

/** The answer with its JSON changed. */
export function withJson(answer: Answer, change: (body: Record<string, unknown>) => object): Answer {
  return { ...answer, body: Buffer.from(JSON.stringify(change(JSON.parse(answer.body.toString())))) }
}
