import { expect } from 'vitest'
import type { Route } from '#http/index.ts'
import { mayCall, nameOf } from '#isolation/routes/samples.ts'
import { type Answered, codeOf, exchange, type Sample } from '#isolation/server/exchange.ts'
import type { Caller } from '#isolation/world/world.ts'
import type { TestApp } from './app.ts'

/** A route with the least of the keys that may call it. */
export type Case = {
  name: string
  route: Route
  caller: Caller
  call: (sample: Sample, init?: RequestInit) => Promise<Answered>
}

/** Every route that needs a key. */
export function casesOf(app: TestApp, callers: Caller[]): Case[] {
  return app.routes.flatMap((route) => {
    const caller = callers.findLast((one) => mayCall(route, one))
    if (!caller) return []
    const call: Case['call'] = (sample, init) => exchange(app, caller.key, route, sample, init)
    return [{ name: nameOf(route), route, caller, call }]
  })
}

/** 422 as a problem document that names the field. */
export function expectRefusal(answer: Answered, field: string) {
  expect(answer.status, `${field}: ${answer.body.slice(0, 500)}`).toBe(422)
  expect(codeOf(answer)).toBe('input.invalid')
  const problem: { errors: { path: string }[] } = JSON.parse(answer.body)
  expect(problem.errors.map(({ path }) => path.split('.')[0])).toContain(field)
}

/** An answer that is no accident: of a status the caller can understand, in words of ours. */
export function expectOrderly(answer: Answered, what: string) {
  const code = answer.status < 400 ? 'none' : codeOf(answer)
  expect({ status: answer.status, code }, `${what}: ${answer.body.slice(0, 500)}`).toEqual({
    status: expect.toSatisfy((status: number) => status < 500, 'below 500'),
    code: expect.any(String),
  })
}
