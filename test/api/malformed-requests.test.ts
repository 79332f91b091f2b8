import { once } from 'node:events'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, expect, test } from 'vitest'
import { client, startTestApp } from '../support/app.ts'

const app = await startTestApp()
afterAll(() => app.close())

test.each([`/v1/files/${'a'.repeat(600)}`, '/v1/files/%zz', '/v1/tenants/%'])(
  'the malformed address %s is a problem document that repeats nothing of it',
  async (path) => {
    const reply = await client(app.url).get(path)
    expect(reply).toMatchObject({ status: 404, body: { code: 'route.not_found' } })
    expect(reply.headers.get('content-type')).toMatch(/^application\/problem\+json/)
    expect(JSON.stringify(reply.body)).not.toMatch(/aaaa|zz/)
  },
)

const large = 'heron'.repeat(4000)

test.each([
  {
    what: 'headers that are too large',
    sent: `GET /v1/me HTTP/1.1\r\nx-large: ${large}\r\n\r\n`,
    status: 431,
  },
  { what: 'an address that is too large', sent: `GET /${large} HTTP/1.1\r\nhost: x\r\n\r\n`, status: 431 },
  { what: 'no HTTP', sent: 'heron heron heron\r\n\r\n', status: 400 },
  {
    what: 'two lengths',
    sent: 'POST /v1/ask HTTP/1.1\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nheron',
    status: 400,
  },
])('$what gets a problem document too, and ends the connection', async ({ sent, status }) => {
  const { port } = new URL(app.url)
  const socket = connect(Number(port), '127.0.0.1')
  await once(socket, 'connect')
  socket.write(sent)
  const [head = '', body = ''] = (await text(socket)).split('\r\n\r\n')
  expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
  expect(head).toContain('application/problem+json')
  const problem: unknown = JSON.parse(body)
  expect(problem).toMatchObject({ status, code: expect.stringMatching(/^request\./) })
  expect(body).not.toContain('heron')
})
