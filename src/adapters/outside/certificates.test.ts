import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { makeCertificate } from './make-certificate.fixture.ts'
import { openOutside } from './open-outside.ts'

const own = makeCertificate('files.example')
const outside = openOutside({ allow: ['127.0.0.1/32'], resolve: () => Promise.resolve(['127.0.0.1']) })
const limits = { timeoutMs: 5000, maxBytes: 1000 }
const usual = getCACertificates('default')
const received: string[] = []
const server = createServer(own, ({ headers }, response) => {
  received.push(headers.host ?? '')
  response.end('over TLS')
})
let port: number
beforeEach(async () => {
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
})
afterEach(async () => {
  vi.unstubAllEnvs()
  setDefaultCACertificates(usual)
  received.length = 0
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

test('a certificate that nobody vouches for is not trusted, whatever the environment says', async () => {
  vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0')
  const call = outside.call({ ...limits, url: `https://files.example:${port}/` })
  await expect(call).rejects.toMatchObject({ reason: 'untrusted' })
  expect(received).toEqual([])
})

test('one that is vouched for is trusted for its own name, and for no other', async () => {
  setDefaultCACertificates([...usual, own.cert])
  const { body } = await outside.call({ ...limits, url: `https://files.example:${port}/` })
  expect(await text(body)).toBe('over TLS')
  for (const host of ['other.example', '127.0.0.1']) {
    const call = outside.call({ ...limits, url: `https://${host}:${port}/` })
    await expect(call, host).rejects.toMatchObject({ reason: 'untrusted' })
  }
  expect(received).toEqual([`files.example:${port}`])
})

test('who speaks no TLS is not available', async () => {
  const call = outside.call({ ...limits, url: `http://files.example:${port}/` })
  await expect(call).rejects.toMatchObject({ reason: 'unavailable' })
})
