import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { refuse } from '../../../../test/support/model-server.ts'
import {
  answering,
  type RerankServer,
  resultsOf,
  startRerankServer,
} from '../../../../test/support/rerank-server.ts'
import { keepsItsContract } from '../contract.ts'
import { type EndpointOptions, openRerankEndpoint } from './open-reranker.ts'

let server: RerankServer
beforeEach(async () => {
  server = await startRerankServer()
})
afterEach(() => server.close())

const { signal } = new AbortController()
const texts = ['fee', 'a lease', 'the notice']

const open = (more: Partial<EndpointOptions> = {}) =>
  openRerankEndpoint({
    url: server.url,
    model: 'short-1',
    key: 'sk-secret-of-ours',
    share: 0.6,
    maxChars: 1000,
    timeoutMs: 5000,
    ...more,
  })
const judge = (more?: Partial<EndpointOptions>) => open(more).judge('lease', texts, signal)

describe('the contract', () => {
  keepsItsContract(() => Promise.resolve({ reranker: open(), breakDown: () => server.close() }))
})

test('query and texts go to the configured address, with model, key and nothing else of ours', async () => {
  expect([...(await judge())]).toEqual([1 / 4, 1 / 8, 1 / 11])
  expect(server.requests).toEqual([
    {
      path: '/v1/rerank',
      authorization: 'Bearer sk-secret-of-ours',
      body: { model: 'short-1', query: 'lease', documents: texts, top_n: 3 },
    },
  ])
})

test('a long text is cut, never through a character', async () => {
  await open({ maxChars: 4 }).judge('abcdef', ['abc😀'], signal)
  expect(server.requests[0]?.body).toMatchObject({ query: 'abcd', documents: ['abc'] })
})

test('logits keep their order and become numbers from 0 to 1', async () => {
  server.always = answering((results) =>
    results.map((one) => ({ ...one, relevance_score: 3 - one.index * 4 })),
  )
  const relevances = await judge()
  expect([...relevances].toSorted((a, b) => b - a)).toEqual([...relevances])
  expect(relevances.every((one) => one > 0 && one < 1)).toBe(true)
})

const wrong: Record<string, Parameters<typeof answering>[0]> = {
  'a text too few': (results) => results.slice(1),
  'a text too many': (results) => [...results, results[0]],
  'no list': () => ({}),
  'an index beyond': (results) => results.map((one) => ({ ...one, index: one.index + 1 })),
  'an index below': (results) => results.map((one) => ({ ...one, index: one.index - 1 })),
  'a broken index': (results) => results.map((one) => ({ ...one, index: one.index + 0.5 })),
  'an index twice': (results) => results.map((one) => ({ ...one, index: 0 })),
  'no index': (results) => results.map(({ relevance_score }) => ({ relevance_score })),
  'null for a number': (results) => results.map((one) => ({ ...one, relevance_score: null })),
  'a number as text': (results) => results.map((one) => ({ ...one, relevance_score: '0.5' })),
  'nothing for a result': (results) => results.map(() => null),
}
test.each(Object.entries(wrong))('an answer with %s is an error and never an order', async (_, change) => {
  server.next.push(answering(change))
  await expect(judge()).rejects.toMatchObject({ name: 'ModelError', reason: 'malformed' })
})

test.each(['{', 'null', '[]', '{"results":[{"index":0,"relevance_score":NaN}]}', ''])(
  'the answer %s is an error',
  async (text) => {
    server.next.push((_, response) => void response.writeHead(200).end(text))
    await expect(judge()).rejects.toMatchObject({ reason: 'malformed' })
  },
)

test('an endless answer is cut off', async () => {
  server.next.push((_, response) => {
    response.writeHead(200)
    const write = () => void (response.destroyed || response.write('x'.repeat(65_536), write))
    write()
  })
  await expect(judge()).rejects.toMatchObject({ reason: 'malformed' })
})

test('an answer that stops in the middle ends with the time limit', async () => {
  server.next.push((_, response) => void response.writeHead(200).write('{"results":['))
  await expect(judge({ timeoutMs: 50 })).rejects.toMatchObject({ reason: 'timeout' })
})

test('a redirect is not followed', async () => {
  const other = await startRerankServer()
  server.next.push(refuse(307, { location: `${other.url}/rerank` }))
  await expect(judge()).rejects.toMatchObject({ reason: 'unavailable' })
  expect(other.requests).toEqual([])
  await other.close()
})

test.each([
  [400, 'rejected'],
  [401, 'unavailable'],
  [429, 'unavailable'],
  [500, 'unavailable'],
])('status %i is %s, tells nothing of what was sent and is not tried again', async (status, reason) => {
  server.next.push(refuse(status, { 'retry-after': '0' }))
  const error: unknown = await judge().catch((caught: unknown) => caught)
  expect(error).toMatchObject({ reason, message: `the model answered ${status}` })
  expect(server.requests).toHaveLength(1)
})

test('the test’s own server answers like one, best first', () => {
  const request = {
    path: '',
    authorization: undefined,
    body: { model: '', query: '', documents: texts, top_n: 3 },
  }
  expect(resultsOf(request).map(({ index }) => index)).toEqual([0, 1, 2])
})
