import { inspect } from 'node:util'
import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  type ChatBody,
  type ChatServer,
  greeting,
  saying,
  startChatServer,
} from '../../../../test/support/chat-server.ts'
import { type React, refuse, sendJson } from '../../../../test/support/model-server.ts'
import { ModelError } from '../port.ts'
import { type EndpointOptions, openLanguageEndpoint } from './open-model.ts'

let server: ChatServer
beforeEach(async () => {
  server = await startChatServer()
})
afterEach(() => server.close())

const task = { instructions: 'Be brief.', material: 'of a lease', maxTokens: 20 }
const { signal } = new AbortController()
const write = async (more: Partial<EndpointOptions> = {}, until = signal) => {
  const options = { url: server.url, model: 'scribe-1', key: 'sk-secret-of-ours', timeoutMs: 5000, ...more }
  return (await openLanguageEndpoint(options)).write(task, until)
}
const failureOf = async (...asked: Parameters<typeof write>): Promise<unknown> =>
  write(...asked).catch((error: unknown) => error)

test('instructions and material go to the configured address, with model, key and nothing else of ours', async () => {
  expect(await write()).toBe(greeting)
  expect(server.requests).toEqual([
    {
      path: '/v1/chat/completions',
      authorization: 'Bearer sk-secret-of-ours',
      body: {
        model: 'scribe-1',
        temperature: 0,
        max_tokens: 20,
        messages: [
          { role: 'system', content: 'Be brief.' },
          { role: 'user', content: 'of a lease' },
        ],
      },
    },
  ])
})

test('an endpoint without a key is shown none, and a slash at the end of its address is one too many', async () => {
  await write({ key: undefined, url: `${server.url}/` })
  expect(server.requests).toMatchObject([{ path: '/v1/chat/completions', authorization: undefined }])
})

test.each([
  { what: 'has no answer in it', react: (_, response) => sendJson(response, {}), reason: 'malformed' },
  { what: 'is empty', react: saying(' \n'), reason: 'malformed' },
  { what: 'is no JSON', react: (_, response) => void response.end('<'), reason: 'malformed' },
  { what: 'repeats what was sent', react: refuse(400), reason: 'rejected' },
  { what: 'says that it has enough', react: refuse(429), reason: 'unavailable' },
  { what: 'says that it is broken', react: refuse(500), reason: 'unavailable' },
  { what: 'sends somewhere else', react: refuse(302, { location: '/v1/other' }), reason: 'unavailable' },
] satisfies { what: string; react: React<ChatBody>; reason: string }[])(
  'an answer that $what is an error that tells nothing',
  async ({ react, reason }) => {
    server.always = react
    const error = await failureOf()
    expect(error).toBeInstanceOf(ModelError)
    expect(error).toMatchObject({ reason })
    expect(inspect(error)).not.toMatch(/lease|secret|Be brief/)
    expect(server.requests).toHaveLength(1)
  },
)

test('an answer without an end is cut off', async () => {
  server.always = (_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    const more = () => response.write('x'.repeat(1_000_000), () => response.destroyed || more())
    more()
  }
  expect(await failureOf()).toMatchObject({ reason: 'malformed', message: /longer/ })
})

test('one that does not answer in time, and one that is not there, are said to be so', async () => {
  server.always = () => {}
  expect(await failureOf({ timeoutMs: 50 })).toMatchObject({ reason: 'timeout' })
  await server.close()
  expect(await failureOf()).toMatchObject({ reason: 'unavailable' })
})

test('a caller who goes away ends the call', async () => {
  const gone = new AbortController()
  server.always = () => gone.abort(new Error('gone'))
  expect(await failureOf({}, gone.signal)).toBe(gone.signal.reason)
})
