import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  answering,
  type EmbeddingServer,
  letterCount,
  lettersOf,
  type Misbehave,
  startEmbeddingServer,
} from '../../../../test/support/embedding-server.ts'
import { refuse } from '../../../../test/support/model-server.ts'
import { ModelError } from '../port.ts'
import { openRemoteEmbedder, type RemoteOptions } from './open-embedder.ts'

let server: EmbeddingServer
beforeEach(async () => {
  server = await startEmbeddingServer()
})
afterEach(() => server.close())

const { signal } = new AbortController()
const pauses: number[] = []

function open(more: Partial<RemoteOptions> = {}) {
  pauses.length = 0
  return openRemoteEmbedder({
    url: server.url,
    model: 'letters-1',
    width: letterCount,
    sendsDimensions: false,
    key: 'sk-secret-of-ours',
    share: 0.6,
    leastCosine: 0.2,
    queryPrefix: '',
    documentPrefix: '',
    maxChars: 1000,
    batchSize: 3,
    queryTimeoutMs: 5000,
    documentTimeoutMs: 5000,
    pause: (ms) => Promise.resolve(pauses.push(ms)),
    ...more,
  })
}

const texts = ['fee', 'lease', 'notice', 'term', 'a party']
const embed = (embedder = open(), some: readonly string[] = texts) => embedder.embed(some, signal, 'document')

/** The direction of each text, from its vector. */
async function directions(embedding: ReturnType<typeof embed>, width = letterCount) {
  const { vectors, scales } = await embedding
  return Array.from(scales, (scale, n) =>
    Array.from(vectors.subarray(n * width, (n + 1) * width), (value) => value * scale),
  )
}

function expectDirections(found: number[][], of: readonly string[]): void {
  expect(found).toHaveLength(of.length)
  for (const [n, text] of of.entries()) {
    const wanted = lettersOf(text)
    const length = Math.hypot(...wanted)
    for (const [i, value] of found[n]!.entries()) expect(value).toBeCloseTo(length && wanted[i]! / length, 2)
  }
}

describe('what is sent', () => {
  test('goes in batches, to the configured address, with model, key and nothing else of ours', async () => {
    expectDirections(await directions(embed()), texts)
    expect(server.requests).toEqual([
      {
        path: '/v1/embeddings',
        authorization: 'Bearer sk-secret-of-ours',
        body: { model: 'letters-1', input: texts.slice(0, 3), encoding_format: 'float' },
      },
      expect.objectContaining({ body: expect.objectContaining({ input: texts.slice(3) }) }),
    ])
  })

  test('names the width where the endpoint takes it, and no key where there is none', async () => {
    await embed(open({ sendsDimensions: true, key: undefined }))
    expect(server.requests[0]).toMatchObject({
      authorization: undefined,
      body: { dimensions: letterCount },
    })
  })

  test('begins with what the model wants questions and documents to begin with', async () => {
    const embedder = open({ queryPrefix: 'query: ', documentPrefix: 'passage: ' })
    await embedder.embed(['fee'], signal, 'query')
    await embed(embedder, ['fee'])
    expect(server.requests.map(({ body }) => body.input)).toEqual([['query: fee'], ['passage: fee']])
  })

  test('is cut where it is too long, never through a character', async () => {
    await embed(open({ maxChars: 4 }), ['abcdef', 'abc😀', 'abc'])
    expect(server.requests[0]?.body.input).toEqual(['abcd', 'abc', 'abc'])
  })

  test('is nothing for a text of white space, which has no direction', async () => {
    const { scales } = await embed(open(), [' \n', 'fee', ''])
    expect(server.requests[0]?.body.input).toEqual(['fee'])
    expect([...scales].map((scale) => scale > 0)).toEqual([false, true, false])
  })
})

describe('an answer', () => {
  test('in another order gives each text its own vector', async () => {
    server.next.push(answering((vectors) => vectors.toReversed()))
    expectDirections(await directions(embed()), texts)
  })

  const wrong: Record<string, Misbehave> = {
    'half a batch': answering((vectors) => vectors.slice(1)),
    'one vector too many': answering((vectors) => [...vectors, vectors[0]]),
    'no index': answering((vectors) => vectors.map(({ embedding }) => ({ embedding }))),
    'an index beyond': answering((vectors) => vectors.map((one) => ({ ...one, index: one.index + 1 }))),
    'another width': answering((vectors) => vectors.map((one) => ({ ...one, embedding: [1, 2] }))),
    'null among numbers': answering((vectors) =>
      vectors.map((one) => ({ ...one, embedding: [null, ...one.embedding.slice(1)] })),
    ),
    'numbers as text': answering((vectors) => vectors.map((one) => ({ ...one, embedding: 'AAAA' }))),
    'no list': answering(() => ({})),
    'NaN, which is no JSON': (_, response) =>
      void response.end(`{"data":[{"index":0,"embedding":[${'NaN,'.repeat(25)}NaN]}]}`),
    'infinity by a large exponent': (_, response) =>
      void response.end(`{"data":[{"index":0,"embedding":[${'1e999,'.repeat(25)}1]}]}`),
    'no JSON': (_, response) => void response.end('<html>'),
    'an endless text': (_, response) => {
      const more = () => {
        while (response.write('1'.repeat(65_536)));
        response.once('drain', more)
      }
      response.on('error', () => {})
      more()
    },
  }
  test.each(Object.keys(wrong))('with %s is refused, and no vector comes of it', async (name) => {
    server.always = wrong[name]
    await expect(embed(open(), ['fee'])).rejects.toMatchObject({ reason: 'malformed' })
  })
})

test('an answer that gives one index to two texts is refused', async () => {
  server.always = answering((vectors) => vectors.map((one) => ({ ...one, index: 0 })))
  await expect(embed()).rejects.toMatchObject({ reason: 'malformed' })
})

describe('an endpoint that does not answer', () => {
  test('for a moment is asked again, after longer and longer pauses or as long as it says', async () => {
    server.next.push(refuse(503), refuse(429, { 'retry-after': '7' }), refuse(500))
    expectDirections(await directions(embed(open({ batchSize: 5 }))), texts)
    expect(pauses).toEqual([expect.any(Number), 7000, expect.any(Number)])
    expect(pauses[0]).toBeLessThanOrEqual(500)
    expect(pauses[2]).toBeLessThanOrEqual(2000)
    expect(server.requests).toHaveLength(4)
  })

  test('at all is given up after four tries, and a query after one', async () => {
    server.always = refuse(500)
    await expect(embed()).rejects.toMatchObject({ reason: 'unavailable' })
    expect(server.requests).toHaveLength(4)
    await expect(open().embed(['fee'], signal, 'query')).rejects.toMatchObject({ reason: 'unavailable' })
    expect(server.requests).toHaveLength(5)
  })

  test('never waits longer than half a minute, whatever it asks for', async () => {
    server.next.push(refuse(429, { 'retry-after': '86400' }))
    await embed(open(), ['fee'])
    expect(pauses).toEqual([30_000])
  })

  test('in time is a timeout', async () => {
    server.always = () => {}
    const slow = open({ queryTimeoutMs: 50 })
    await expect(slow.embed(['fee'], signal, 'query')).rejects.toMatchObject({ reason: 'timeout' })
  })

  test('in the middle of its answer is a failure, and asked again', async () => {
    server.next.push((_, response) => {
      response.writeHead(200, { 'content-length': '1000' }).write('{"data":[')
      response.socket?.destroy()
    })
    expectDirections(await directions(embed(open(), ['fee'])), ['fee'])
  })

  test('because nobody is there is unavailable', async () => {
    await server.close()
    await expect(embed()).rejects.toMatchObject({ reason: 'unavailable' })
  })

  test('with a wrong key is not asked again', async () => {
    server.always = refuse(401)
    await expect(embed()).rejects.toMatchObject({ reason: 'unavailable' })
    expect(server.requests).toHaveLength(1)
  })

  test('but sends elsewhere is not followed: texts and key go to the configured address alone', async () => {
    const elsewhere = await startEmbeddingServer()
    try {
      for (const status of [301, 302, 307, 308]) {
        server.next = [refuse(status, { location: `${elsewhere.url}/embeddings` })]
        await expect(open().embed(['fee'], signal, 'query')).rejects.toMatchObject({ reason: 'unavailable' })
      }
      expect(elsewhere.requests).toEqual([])
      expect(server.requests).toHaveLength(4)
    } finally {
      await elsewhere.close()
    }
  })

  test('stops mattering when the caller goes away', async () => {
    const leaving = new AbortController()
    server.always = () => leaving.abort(new Error('gone'))
    await expect(open().embed(texts, leaving.signal, 'document')).rejects.toThrow('gone')
  })
})

test('a text that is too long for the model is cut until it passes, and the others stay whole', async () => {
  const tooLong: Misbehave = (request, response) =>
    request.body.input.some((text) => text.length > 10)
      ? refuse(400)(request, response)
      : answering((vectors) => vectors)(request, response)
  server.always = tooLong
  const long = 'b'.repeat(32)
  expectDirections(await directions(embed(open(), ['fee', long, 'lease'])), ['fee', 'b', 'lease'])
  expect(server.requests.map(({ body }) => body.input.map((text) => text.length))).toEqual([
    [3, 32, 5],
    [3],
    [32],
    [16],
    [8],
    [5],
  ])
  server.always = refuse(400)
  await expect(embed(open(), ['fee'])).rejects.toMatchObject({ reason: 'rejected' })
})

test('no error names the key, a text or what was answered', async () => {
  for (const misbehave of [
    refuse(401),
    refuse(400),
    refuse(500),
    answering(() => 'sk-secret-of-ours marigold'),
  ]) {
    server.always = misbehave
    const error: unknown = await embed(open(), ['marigold']).catch((cause: unknown) => cause)
    expect(error).toBeInstanceOf(ModelError)
    const shown = JSON.stringify(error, Object.getOwnPropertyNames(error)) + String(error)
    expect(shown).not.toMatch(/sk-secret|marigold/)
  }
})
