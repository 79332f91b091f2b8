import fastify from 'fastify'
import { expect, test } from 'vitest'
import { inputInvalid, upstreamUnavailable } from '#platform/errors.ts'
import { createLog } from '#platform/log.ts'
import { sendProblem } from './problem.ts'

const secret = 'heron'
const lines: string[] = []
const log = createLog('trace', { write: (line: string) => void lines.push(line) })

async function answerTo(error: unknown) {
  lines.length = 0
  const app = fastify()
  app.get('/', (request, reply) => sendProblem(error, request, reply, log))
  const answer = await app.inject('/')
  await app.close()
  const body: Record<string, unknown> = answer.json()
  return { status: answer.statusCode, headers: answer.headers, body }
}

test('an expected failure says what it is, and is no matter for the log', async () => {
  const errors = [{ path: 'name', message: 'is required' }]
  const { status, headers, body } = await answerTo(inputInvalid('name: is required', { errors }))
  expect(status).toBe(422)
  expect(headers['content-type']).toBe('application/problem+json; charset=utf-8')
  expect(body).toEqual({
    type: '/docs/errors#input.invalid',
    title: 'The request is not valid',
    status: 422,
    detail: 'name: is required',
    code: 'input.invalid',
    request_id: expect.any(String),
    errors,
  })
  expect(lines).toEqual([])
})

test('members of an error stand beside the others, a time to wait in its header', async () => {
  const extras = {
    members: { resets_at: '2030-01-01T00:00:00Z' },
    retryAfterSeconds: 7,
    cause: new Error(secret),
  }
  const { status, headers, body } = await answerTo(upstreamUnavailable(undefined, extras))
  expect({ status, retry: headers['retry-after'], resets: body['resets_at'] }).toEqual({
    status: 503,
    retry: '7',
    resets: '2030-01-01T00:00:00Z',
  })
  expect(JSON.stringify(body)).not.toContain(secret)
})

test.each([
  ['an error', new Error(secret)],
  ['an error with a code', Object.assign(new Error(secret), { code: 'ENOENT', path: `/data/${secret}` })],
  [
    'a database error',
    Object.assign(new Error(secret), { code: '23505', detail: secret, severity: 'ERROR' }),
  ],
  ['text', secret],
  ['nothing', undefined],
])('%s that nobody expected is answered bare, and logged under the same request id', async (_what, error) => {
  const { status, body } = await answerTo(error)
  expect(status).toBe(500)
  expect(body).toEqual({
    type: '/docs/errors#internal',
    title: 'Something went wrong on our side',
    status: 500,
    detail: 'Something went wrong on our side',
    code: 'internal',
    request_id: expect.any(String),
  })
  expect(lines).toHaveLength(1)
  expect(JSON.parse(lines[0] ?? '{}')).toMatchObject({ request_id: body['request_id'], msg: 'internal' })
})
