import { expect, test } from 'vitest'
import { exitCodeOf, kindOf, RefusedRequest } from './failure.ts'

test.each([
  [400, 'input.invalid', 2],
  [401, 'auth.missing', 4],
  [402, 'metering.budget_exceeded', 4],
  [403, 'auth.forbidden', 4],
  [404, 'files.not_found', 3],
  [404, 'route.not_found', 5],
  [409, 'tenants.conflict', 2],
  [413, 'files.too_large', 2],
  [422, 'input.invalid', 2],
  [429, 'limits.rate_exceeded', 5],
  [500, 'internal', 5],
  [503, 'upstream.unavailable', 5],
])('an answer %i %s ends the command with %i', (status, code, exitCode) => {
  expect(exitCodeOf(kindOf({ status, code }))).toBe(exitCode)
})

const problem = { status: 422, code: 'input.invalid', request_id: 'req_1' }

test('every field error is told, but not one that the detail has said already', () => {
  const errors = [
    { path: 'name', message: 'is required' },
    { path: 'slug', message: 'is too long' },
  ]
  const failure = new RefusedRequest({ ...problem, detail: 'name: is required', errors })
  expect(failure.details).toEqual(['slug: is too long'])
})

test('a failure of the server names the request, so that its log can be searched', () => {
  const failure = new RefusedRequest({
    ...problem,
    status: 500,
    code: 'internal',
    detail: 'Something went wrong',
  })
  expect(failure.advice).toContain('req_1')
})
