import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { afterEach, expect, test } from 'vitest'
import { connect, parseAddress } from './connection.ts'

type Handler = (request: IncomingMessage, response: ServerResponse) => void

const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

async function serve(handle: Handler): Promise<string> {
  const server = createServer(handle).listen(0, '127.0.0.1')
  closing.push(() => {
    server.close()
    server.closeAllConnections()
  })
  await once(server, 'listening')
  const address = server.address()
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
}

function answer(response: ServerResponse, status: number, body: unknown, type = 'application/json') {
  response
    .writeHead(status, { 'content-type': type })
    .end(typeof body === 'string' ? body : JSON.stringify(body))
}

test('a problem document becomes a failure with its detail', async () => {
  const problem = {
    status: 404,
    code: 'files.not_found',
    detail: 'There is no such file',
    request_id: 'req_1',
  }
  const url = await serve((_, response) => answer(response, 404, problem, 'application/problem+json'))
  await expect(connect(url, 'k').get('/v1/files/x')).rejects.toMatchObject({
    kind: 'notFound',
    message: 'There is no such file',
  })
})

test('a server that is something else is told apart from one that refuses', async () => {
  const url = await serve((_, response) => answer(response, 200, '<html>', 'text/html'))
  await expect(connect(url, 'k').get('/v1/me')).rejects.toMatchObject({ kind: 'upstream' })
})

test('a server that is not there is named with what to do', async () => {
  const url = await serve(() => {})
  for (const close of closing.splice(0)) close()
  await expect(connect(url, 'k').get('/v1/me')).rejects.toMatchObject({
    kind: 'upstream',
    message: `No answer from ${url}/ (ECONNREFUSED).`,
    advice: expect.stringContaining('--url'),
  })
})

test('a redirect is not followed: the key goes to the address that was named and to no other', async () => {
  let reached = 0
  const other = await serve((_, response) => answer(response, 200, { reached: ++reached }))
  const url = await serve((_, response) => void response.writeHead(307, { location: other }).end())
  await expect(connect(url, 'k').get('/v1/me')).rejects.toMatchObject({ kind: 'upstream' })
  expect(reached).toBe(0)
})

test('a list is read page after page, under a path of the server’s address', async () => {
  const asked: (string | undefined)[] = []
  const url = await serve((request, response) => {
    asked.push(request.url)
    const isFirst = !request.url?.includes('cursor')
    answer(response, 200, { data: [isFirst ? 1 : 2], next_cursor: isFirst ? 'abc' : null })
  })
  const items: number[] = []
  for await (const item of connect(`${url}/behind`, 'k').list<number>('/v1/keys')) items.push(item)
  expect(items).toEqual([1, 2])
  expect(asked).toEqual(['/behind/v1/keys?limit=200', '/behind/v1/keys?limit=200&cursor=abc'])
})

test('an upload counts what it sends and arrives whole', async () => {
  const url = await serve((request, response) => {
    void buffer(request).then((body) => answer(response, 201, { bytes: body.length }))
  })
  const form = new FormData()
  form.set('file', new Blob([new Uint8Array(300_000)]), 'a.bin')
  let sent = 0
  const received = await connect(url, 'k').upload<{ bytes: number }>(
    '/v1/files',
    form,
    (bytes) => (sent += bytes),
  )
  expect(received.bytes).toBe(sent)
  expect(sent).toBeGreaterThan(300_000)
})

test.each(['', 'localhost:8620', 'ftp://a', 'not an address'])('"%s" is refused as an address', (url) => {
  expect(() => parseAddress(url)).toThrow('is not the address of a server')
})

test.each(['', 'bhk_ä', 'a b', 'a\nb'])('a key that no header can carry is refused: %j', (key) => {
  expect(() => connect('http://127.0.0.1', key)).toThrow('no key has')
})
