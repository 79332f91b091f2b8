import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'

export type Receiver = { port: number; received: string[]; close: () => Promise<void> }

/** A real server on loopback that writes down what reaches it. */
export async function startReceiver(
  answer: RequestListener,
  { host = '127.0.0.1', port = 0 } = {},
): Promise<Receiver> {
  const received: string[] = []
  const server = createServer((request, response) => {
    received.push(`${request.method} ${request.url}`)
    answer(request, response)
  })
  await new Promise<void>((resolve) => void server.listen(port, host, resolve))
  return {
    port: (server.address() as AddressInfo).port,
    received,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** How many connections this process begins while something is done. */
export async function countConnections(act: () => Promise<void>): Promise<number> {
  let begun = 0
  const count = () => void begun++
  subscribe('net.client.socket', count)
  try {
    await act()
    return begun
  } finally {
    unsubscribe('net.client.socket', count)
  }
}
