import * as fc from 'fast-check'
import { Type } from 'typebox'
import { expect, test } from 'vitest'
import { PublicError } from '#platform/errors.ts'
import { Strict } from './schemas.ts'
import { compileValidator, refuseUnstorableText } from './validation.ts'

const schema = Strict({ name: Type.String({ minLength: 1 }), count: Type.Optional(Type.Integer()) })
const validatorFor = (httpPart: string) =>
  compileValidator({ schema, httpPart, method: 'POST', url: '/' }) as (value: unknown) => {
    value?: unknown
    error?: PublicError
  }
const inBody = validatorFor('body')
const inQuery = validatorFor('querystring')

test('what fits passes unchanged', () => {
  expect(inBody({ name: 'a', count: 2 })).toEqual({ value: { name: 'a', count: 2 } })
})

test('text becomes a number in a query and never in a body', () => {
  expect(inQuery({ name: 'a', count: '2' })).toEqual({ value: { name: 'a', count: 2 } })
  expect(inBody({ name: 'a', count: '2' }).error?.extras.errors).toEqual([
    { path: 'count', message: expect.any(String) },
  ])
})

test.each(['0x10', '1e2', '', ' 2', '2.0', '+2', '١', '1'.repeat(16), 'NaN'])(
  'text that is no plain number is none in a query: %j',
  (count) => {
    expect(inQuery({ name: 'a', count }).error?.extras.errors).toEqual([
      { path: 'count', message: 'must be integer' },
    ])
  },
)

test('every problem is named by the path of its field', () => {
  const { error } = inBody({ count: 1.5, tenant_id: 'x' })
  expect(error).toMatchObject({ code: 'input.invalid', status: 422 })
  expect(error?.extras.errors).toEqual(
    expect.arrayContaining([
      { path: 'name', message: 'is required' },
      { path: 'tenant_id', message: 'is not a field of this request; it may be name, count' },
      { path: 'count', message: 'must be integer' },
    ]),
  )
})

test('a thousand problems are cut to twenty', () => {
  const many = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`x${i}`, 1]))
  expect(inBody(many).error?.extras.errors).toHaveLength(20)
})

test('what is no object is refused as the body', () => {
  for (const value of [null, [], 'x', 1, undefined]) {
    expect(inBody(value).error?.extras.errors?.[0]?.path).toBe('body')
  }
})

test('text is refused exactly if PostgreSQL could not hold it, wherever it stands', () => {
  const text = fc.string({ unit: fc.oneof(fc.constantFrom('\0', '\ud800', '\udc00', 'a', '😀')) })
  fc.assert(
    fc.property(text, fc.constantFrom('value', 'list', 'key', 'deep'), (text, place) => {
      const value = { value: text, list: [text], key: { [text]: 1 }, deep: { a: [{ b: text }] } }[place]
      const refuse = () => refuseUnstorableText({ field: value })
      const isStorable = !text.includes('\0') && text.isWellFormed()
      expect(outcomeOf(refuse)).toBe(isStorable ? 'taken' : 'input.invalid')
    }),
  )
})

function outcomeOf(act: () => void): string {
  try {
    act()
    return 'taken'
  } catch (error) {
    return error instanceof PublicError ? error.code : String(error)
  }
}
