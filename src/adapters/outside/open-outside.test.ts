import type { ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { afterEach, describe, expect, test } from 'vitest'
import { openOutside } from './open-outside.ts'
import { OutsideError, type OutsideCall } from './port.ts'
import { countConnections, type Receiver, startReceiver } from './receiver.fixture.ts'

const outside = openOutside({ allow: ['127.0.0.1/32'] })
const limits = { timeoutMs: 5000, maxBytes: 1000 }
const started: Receiver[] = []
afterEach(async () => {
  for (const receiver of started.splice(0)) await receiver.close()
})

async function receive(...[answer]: Parameters<typeof startReceiver>): Promise<Receiver & { url: string }> {
  const receiver = await startReceiver(answer)
  started.push(receiver)
  return { ...receiver, url: `http://127.0.0.1:${receiver.port}/` }
}

const read = async (call: Partial<OutsideCall> & { url: string }, through = outside) => {
  const { status, headers, body, url } = await through.call({ ...limits, ...call })
  return { status, headers, url, text: await text(body) }
}
const reasonOf = (call: Partial<OutsideCall> & { url: string }, through = outside) =>
  read(call, through).then(
    ({ status }) => String(status),
    (error: unknown) => (error instanceof OutsideError ? error.reason : error),
  )

describe('an answer', () => {
  test('is handed on as it is, errors and redirects too', async () => {
    const { url } = await receive((_request, response) => {
      response.writeHead(404, { location: '/there', 'x-own': 'a' }).end('nothing')
    })
    expect(await read({ url })).toMatchObject({
      status: 404,
      url,
      text: 'nothing',
      headers: { 'x-own': 'a' },
    })
  })

  test('comes to what was sent, and nothing is sent of a proxy, a cookie or another host', async () => {
    const { url } = await receive((request, response) => {
      request.pipe(response.writeHead(200, { 'x-got': JSON.stringify(request.headers) }))
    })
    const sent = await read({
      url,
      method: 'POST',
      body: 'a text',
      headers: { 'x-own': 'b', host: 'inside' },
    })
    expect(sent.text).toBe('a text')
    expect(JSON.parse(String(sent.headers['x-got']))).toEqual({
      'user-agent': 'Bulkhead',
      'accept-encoding': 'identity',
      'x-own': 'b',
      host: new URL(url).host,
      connection: 'close',
      'content-length': '6',
    })
  })

  test('that never ends is cut off, and so is one that says it is too long', async () => {
    const endless = await receive((_request, response) => pour(response))
    expect(await reasonOf({ url: endless.url, maxBytes: 1_000_000 })).toBe('too_large')
    const long = await receive((_request, response) => {
      response.writeHead(200, { 'content-length': 2000 }).write('x')
    })
    await expect(outside.call({ ...limits, url: long.url })).rejects.toMatchObject({ reason: 'too_large' })
    const exact = await receive((_request, response) => response.end('x'.repeat(1000)))
    expect(await reasonOf({ url: exact.url })).toBe('200')
  })

  test('that trickles is given up after the time, and the connection closed', async () => {
    const closed = Promise.withResolvers<void>()
    const { url } = await receive((request, response) => {
      const drip = setInterval(() => response.write('.'), 20)
      request.socket.once('close', () => (clearInterval(drip), closed.resolve()))
    })
    expect(await reasonOf({ url, timeoutMs: 200 })).toBe('timeout')
    await closed.promise
  })

  test('that never begins is given up after the time', async () => {
    const { url } = await receive(() => {})
    expect(await reasonOf({ url, timeoutMs: 200 })).toBe('timeout')
  })

  test('that breaks off, has too long a head or is none is unavailable', async () => {
    const short = await receive((request, response) => {
      response.writeHead(200, { 'content-length': 100 }).write('x', () => request.socket.destroy())
    })
    expect(await reasonOf({ url: short.url })).toBe('unavailable')
    const headed = await receive((_request, response) => {
      response.writeHead(200, { 'x-long': 'x'.repeat(20_000) }).end()
    })
    expect(await reasonOf({ url: headed.url })).toBe('unavailable')
    const gone = await receive((request) => request.socket.end('no http\r\n\r\n'))
    expect(await reasonOf({ url: gone.url })).toBe('unavailable')
  })

  test('nobody reads is let go', async () => {
    const closed = Promise.withResolvers<void>()
    const { url } = await receive((request, response) => {
      request.socket.once('close', () => closed.resolve())
      pour(response)
    })
    const { body } = await outside.call({ ...limits, url })
    body.destroy()
    await expect(closed.promise).resolves.toBeUndefined()
  })

  test('ends with whoever asked, with their reason', async () => {
    const { url } = await receive((_request, response) => void response.write('x'))
    const asking = new AbortController()
    const { body } = await outside.call({ ...limits, url, signal: asking.signal })
    asking.abort(new Error('stopped'))
    await expect(text(body)).rejects.toThrow('stopped')
    await expect(outside.call({ ...limits, url, signal: asking.signal })).rejects.toThrow('stopped')
  })
})

describe('a redirect', () => {
  const to = (location: string, status = 302) =>
    receive((_request, response) => void response.writeHead(status, { location }).end())

  test('is not followed unless the caller says so', async () => {
    const inside = await receive((_request, response) => response.end('secret'))
    const { url } = await to(inside.url)
    expect(await read({ url })).toMatchObject({ status: 302, text: '' })
    expect(await read({ url, maxRedirects: 1 })).toMatchObject({
      status: 200,
      text: 'secret',
      url: inside.url,
    })
    expect(inside.received).toEqual(['GET /'])
  })

  test.each([301, 302, 303, 307, 308])('with %i to an address inside is refused', async (status) => {
    for (const location of [
      'http://127.0.0.2:1/',
      'http://[::1]/',
      '//0x7f000002/',
      'http://169.254.169.254/latest/',
    ]) {
      const { url } = await to(location, status)
      const begun = await countConnections(async () => {
        expect(await reasonOf({ url, maxRedirects: 3 }), location).toBe('refused')
      })
      expect(begun, location).toBe(1)
    }
  })

  test.each(['file:///etc/passwd', 'gopher://a.example/', 'http://a:b@a.example/', 'http://'])(
    'to %s is no address',
    async (location) => {
      const { url } = await to(location)
      expect(await reasonOf({ url, maxRedirects: 3 })).toBe('invalid')
    },
  )

  test('that leads round and round ends after what was said', async () => {
    const { url, received } = await to('/again')
    expect(await reasonOf({ url, maxRedirects: 3 })).toBe('redirects')
    expect(received).toHaveLength(4)
  })

  test('takes no header of the caller to another origin', async () => {
    const other = await receive(({ headers }, response) => response.end(headers.authorization ?? 'none'))
    const { url } = await to(other.url)
    expect(await read({ url, maxRedirects: 1, headers: { authorization: 'Bearer a' } })).toMatchObject({
      text: 'none',
    })
  })

  test('of a request that sends something is never followed', async () => {
    const { url, received } = await to('/again', 307)
    expect(await read({ url, method: 'POST', body: 'x', maxRedirects: 3 })).toMatchObject({ status: 307 })
    expect(received).toHaveLength(1)
  })
})

test('a name that leads inside once it was looked at is connected to where it was looked at', async () => {
  const { port, received } = await receive((_request, response) => response.end('public'))
  const inside = await startReceiver((_request, response) => response.end('secret'), {
    host: '127.0.0.2',
    port,
  })
  started.push(inside)
  let asked = 0
  // What is allowed stands for what is public.
  const rebinding = openOutside({
    allow: ['127.0.0.1/32'],
    resolve: () => Promise.resolve([asked++ === 0 ? '127.0.0.1' : '127.0.0.2']),
  })
  const url = `http://rebind.example:${port}/`
  expect(await read({ url }, rebinding)).toMatchObject({ text: 'public' })
  expect(
    await countConnections(async () => {
      expect(await reasonOf({ url }, rebinding)).toBe('refused')
    }),
  ).toBe(0)
  expect([received, inside.received]).toEqual([['GET /'], []])
})

test('a name is connected to where it was looked at, and asked for once', async () => {
  const { port, received } = await receive((request, response) => response.end(request.headers.host))
  let asked = 0
  const naming = openOutside({
    allow: ['127.0.0.1/32'],
    resolve: () => Promise.resolve((asked++, ['127.0.0.1'])),
  })
  const url = `http://localhost.example:${port}/a?b=c#d`
  expect(await read({ url }, naming)).toMatchObject({ status: 200, text: `localhost.example:${port}` })
  expect([asked, received]).toEqual([1, ['GET /a?b=c']])
})

function pour(response: ServerResponse) {
  const more = () => {
    while (response.writable && response.write('x'.repeat(10_000)));
  }
  response.on('drain', more)
  more()
}
